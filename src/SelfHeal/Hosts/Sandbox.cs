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
            launcher => new Lazy<Task<Sandbox>>(() => AskAsync(launcher))).Value;

    /// <summary>Decides for one run.</summary>
    /// <exception cref="SandboxUnavailableException">Required, and not to be had.</exception>
    public static async Task<bool> DecideAsync(SandboxUse use, RecorderFiles recorder)
    {
        if (use == SandboxUse.Off)
        {
            return false;
        }

        Sandbox sandbox = await ProbeAsync(recorder).ConfigureAwait(false);
        return sandbox.Available || use != SandboxUse.Required
            ? sandbox.Available
            : throw new SandboxUnavailableException(sandbox.Reason);
    }

    private static async Task<Sandbox> AskAsync(string launcher)
    {
        var (exit, _, error, timedOut) = await ChildProcess.RunAsync(
            new ProcessStartInfo(launcher, ["--probe"]), TimeSpan.FromSeconds(20), CancellationToken.None)
            .ConfigureAwait(false);
        if (exit == 0 && !timedOut)
        {
            return new Sandbox(Available: true, "");
        }

        string reason = error.Replace("selfheal-launch: ", "", StringComparison.Ordinal).Trim();
        return new Sandbox(Available: false, reason.Length > 0 ? reason
            : $"The sandbox cannot be made here: {launcher} --probe ended with {exit}.");
    }
}
