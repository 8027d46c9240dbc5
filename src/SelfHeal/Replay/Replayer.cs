using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Replay;

/// <summary>Replays recorded runs.</summary>
public sealed class Replayer
{
    public Replayer(LocalHost? host = null) => Host = host ?? new LocalHost();

    public LocalHost Host { get; }

    /// <exception cref="DamagedRunException">The run cannot be replayed.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    public Task<ReplayResult> ReplayAsync(
        RunDirectory run, ReplayOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(run?.Path);
}
