using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SelfHeal.Hosts;

namespace SelfHeal.Testing.Sessions;

/// <summary>Removes what test programs left that were killed: their programs, which may run on, and their directories. It
/// happens before the first session in each directory. Our own programs end when this process is asked to end.</summary>
internal static class SessionSweep
{
    private const int Kill = 9;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<string, Lazy<int>> Swept = new(StringComparer.Ordinal);

    /// <summary>Sweeps a directory of sessions, once per process.</summary>
    public static void Once(string root) => _ = Swept.GetOrAdd(root, _ => new Lazy<int>(() =>
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndProcesses(Sessions(root, SessionOwner.IsOurs));
        return Sweep(root);
    })).Value;

    /// <returns>How many directories were removed.</returns>
    internal static int Sweep(string root)
    {
        string[] left = Sessions(root, SessionOwner.IsGone);
        EndProcesses(left);
        foreach (string directory in left)
        {
            Scratch.Remove(directory);
        }

        return left.Length;
    }

    private static string[] Sessions(string root, Func<string, bool> isChosen) =>
        Directory.Exists(root) ? [.. Directory.EnumerateDirectories(root).Where(isChosen)] : [];

    /// <summary>Kills those that work in one of the directories, or have a file open there: all that a run started have its
    /// output. They are gone when this returns, unless the kernel does not let go of one.</summary>
    private static void EndProcesses(string[] directories)
    {
        if (directories.Length == 0)
        {
            return;
        }

        int[] found = [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId && Uses(id, directories))];
        foreach (int process in found)
        {
            _ = Signals.Send(process, Kill);
        }

        SpinWait.SpinUntil(() => !found.Any(id => Uses(id, directories)), EndLimit);
    }

    private static bool Uses(int process, string[] directories) =>
        Links(process).Any(link => directories.Any(directory => link.StartsWith(directory + "/", StringComparison.Ordinal) || link == directory));

    [SuppressMessage("Design", "CA1031", Justification = "A process may end, or belong to another user, at any time.")]
    private static IEnumerable<string> Links(int process)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/{process}/fd").Append($"/proc/{process}/cwd")
                .Select(link => new FileInfo(link).LinkTarget).OfType<string>()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
