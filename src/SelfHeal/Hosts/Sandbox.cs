using System.Collections.Concurrent;
using System.Diagnostics;

namespace SelfHeal.Hosts;

/// <summary>Whether the sandbox can be made on this machine.</summary>
/// <param name="Available">It can.</param>
/// <param name="Reason">Why not and what is needed; empty when available.</param>
public sealed record Sandbox(bool Available, string Reason)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<Sandbox>>> Probed = new(StringComparer.Ordinal);

    /// <summary>Asks the launcher, once per process.</summary>
    /// <exception cref="RecorderUnavailableException">There is no launcher.</exception>
    public static Task<Sandbox> ProbeAsync(RecorderFiles? recorder = null) =>
        Probed.GetOrAdd((recorder ?? RecorderFiles.Default).Launcher,
            launcher => new Lazy<Task<Sandbox>>(() => AskAsync(new ProcessStartInfo(launcher, ["--probe"]), CancellationToken.None))).Value;

    /// <summary>Asks a launcher, in whichever place.</summary>
    internal static async Task<Sandbox> AskAsync(ProcessStartInfo probe, CancellationToken cancellationToken)
    {
        var (exit, _, error, timedOut) = await ChildProcess.RunAsync(
            probe, TimeSpan.FromSeconds(20), cancellationToken).ConfigureAwait(false);
        if (exit == 0 && !timedOut)
        {
            return new Sandbox(Available: true, "");
        }

        string reason = error.Replace("selfheal-launch: ", "", StringComparison.Ordinal).Trim();
        return new Sandbox(Available: false, reason.Length > 0 ? reason
            : $"The sandbox cannot be made here: {probe.FileName} --probe ended with {exit}.");
    }
}
