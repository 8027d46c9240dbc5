using System.Diagnostics;

namespace SelfHeal.Hosts;

/// <summary>Private copies of declared state directories, with links, times and holes kept.</summary>
internal static class StateCopy
{
    /// <summary>Copies the content of one directory into a new one.</summary>
    /// <exception cref="SelfHealException">It cannot be copied.</exception>
    public static async Task CopyAsync(string source, string target, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(source))
        {
            throw new SelfHealException($"There is no state directory {source}.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var (exit, _, error, _) = await ChildProcess.RunAsync(
            new ProcessStartInfo(
                "cp", ["-a", "--reflink=auto", "--sparse=auto", "-T", "--", source, target]),
            timeout: null, cancellationToken).ConfigureAwait(false);
        if (exit != 0)
        {
            throw new SelfHealException($"The state directory {source} cannot be copied to {target}: {error.Trim()}");
        }
    }
}
