using System.Globalization;

namespace SelfHeal.Hosts;

/// <summary>Marks what belongs to a process, so that it can be removed when that has gone.</summary>
internal static class OwnerMark
{
    /// <summary>This process: its number, when it started, and in which space of numbers.</summary>
    public static string Own { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{StartOf(Environment.ProcessId)}-{Space()}");

    /// <summary>False only if the process has gone for certain: one in another space of numbers cannot be seen.</summary>
    public static bool MayLive(string mark)
    {
        string[] parts = mark.Split('-');
        return parts.Length != 3 || parts[2] != Space()
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            || StartOf(process) == parts[1];
    }

    /// <summary>In ticks since the machine started; empty if there is no such process.</summary>
    private static string StartOf(int process)
    {
        try
        {
            string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return status[(status.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Space() =>
        string.Concat((File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "").Where(char.IsAsciiDigit));
}
