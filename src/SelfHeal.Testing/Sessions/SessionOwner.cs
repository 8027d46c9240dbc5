using System.Globalization;

namespace SelfHeal.Testing.Sessions;

/// <summary>The file in a session's directory that says which process works in it. A directory without one is kept for
/// the user.</summary>
internal static class SessionOwner
{
    private const string Name = "owner";
    private const int StartTime = 19; // of the words behind the program's name in /proc/PID/stat

    /// <summary>This process works in the directory.</summary>
    public static void Take(string directory) => File.WriteAllText(Path.Combine(directory, Name), Identity(Environment.ProcessId));

    /// <summary>Nobody works in it any more, and it stays.</summary>
    public static void Leave(string directory) => File.Delete(Path.Combine(directory, Name));

    /// <summary>A process worked in it that is gone, and had no time to clean up. Of a process on another machine, or in
    /// another container, this cannot be known: it counts as living.</summary>
    public static bool IsGone(string directory) =>
        Read(directory) is [var process, _, var space, var machine] && space == Space && machine == Environment.MachineName
        && (!int.TryParse(process, CultureInfo.InvariantCulture, out int id) || string.Join(' ', Read(directory)!) != Identity(id));

    /// <summary>This process works in it.</summary>
    public static bool IsOurs(string directory) =>
        Read(directory) is { } owner && string.Join(' ', owner) == Identity(Environment.ProcessId);

    private static string? Space => new FileInfo("/proc/self/ns/pid").LinkTarget;

    private static string[]? Read(string directory)
    {
        string file = Path.Combine(directory, Name);
        return File.Exists(file) ? File.ReadAllText(file).Split(' ') : null;
    }

    /// <summary>Number and start of a process (numbers are used again), and where that number means it. Empty: there is none.</summary>
    private static string Identity(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return $"{process} {stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTime]} {Space} {Environment.MachineName}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
