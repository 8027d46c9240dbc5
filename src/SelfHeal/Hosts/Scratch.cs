using System.Globalization;

namespace SelfHeal.Hosts;

/// <summary>Directories of runs that need not stay.</summary>
public static class Scratch
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const long LeastMemory = 2 << 20; // KiB that must be free

    /// <summary>What a sandboxed program writes beside its state directories may be kept in memory, which is faster: enough is free,
    /// and SELFHEAL_SCRATCH is not "disk".</summary>
    public static bool FitsInMemory()
    {
        if (Environment.GetEnvironmentVariable("SELFHEAL_SCRATCH") == "disk")
        {
            return false;
        }

        string? free = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return long.TryParse(free?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1), CultureInfo.InvariantCulture, out long size) && size >= LeastMemory;
    }

    /// <summary>Removes a tree, as far as it lets itself be removed. The layers of a sandbox hold directories into which their
    /// owner may not write, as in what they lie above.</summary>
    public static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // it was never made
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RemoveOpened(directory);
        }
    }

    private static void RemoveOpened(string directory)
    {
        try
        {
            Open(directory);
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // it belongs to another user id: what stays is small
        }
    }

    private static void Open(string directory)
    {
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | Own);
        foreach (string inner in Directory.EnumerateDirectories(directory).Where(inner => File.ResolveLinkTarget(inner, returnFinalTarget: false) is null))
        {
            Open(inner);
        }
    }
}
