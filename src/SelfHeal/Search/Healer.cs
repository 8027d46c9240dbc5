using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Search;

/// <summary>Finds a safe change of the environment that avoids a recorded failure: measures the overflow in one guard
/// replay, pads the guilty allocation, tries the edited log and a fresh run, and escalates by what is measured.</summary>
public sealed class Healer
{
    public Healer(LocalHost? host = null) => Host = host ?? new LocalHost();

    public LocalHost Host { get; }

    /// <summary>Heals a recorded run. A run that did not fail is searched for silent overflows.</summary>
    /// <exception cref="SandboxUnavailableException">Trials need the sandbox and it is not allowed here.</exception>
    /// <exception cref="DamagedRunException">The run cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no patch was written.</exception>
    public async Task<HealResult> HealAsync(
        RunDirectory run, HealOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new HealOptions();
        if (run.Info.Mode != RunMode.Record)
        {
            throw new SelfHealException($"{run.Path} is no recorded run: only those can be healed.");
        }

        _ = run.ReadControl();
        _ = await Sandbox.DecideAsync(options.Sandbox, Host.Recorder).ConfigureAwait(false);
        string work = Path.GetFullPath(options.WorkDirectory ?? run.At("heal"));
        StateCopy.Remove(work);
        Directory.CreateDirectory(work);
        return await new HealSearch(Host, run, options, work).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
