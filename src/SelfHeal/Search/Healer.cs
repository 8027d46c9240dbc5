using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Search;

/// <summary>Finds a safe change of the environment that avoids a recorded failure.</summary>
public sealed class Healer
{
    public Healer(LocalHost? host = null) => Host = host ?? new LocalHost();

    public LocalHost Host { get; }

    /// <exception cref="SandboxUnavailableException">Trials need the sandbox and it is not allowed here.</exception>
    /// <exception cref="DamagedRunException">The run cannot be read.</exception>
    public Task<HealResult> HealAsync(
        RunDirectory run, HealOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(run?.Path);
}
