using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Heals races of servers that live clients drive. There no schedule can be repeated; but threads can be made to
/// stay behind at one location, again and again, and whether the server fails then is measured.</summary>
/// <remarks>Source: COMPSAC 2008, section 3: from the failing TEI backward, interruptions are candidates, those with a
/// conflict first. To confirm them by making threads wait is after CalFuzzer's active testing (Sen, "Race Directed Random
/// Testing of Concurrent Programs", PLDI 2008).</remarks>
public sealed class ProbeHealer
{
    public ProbeHealer(Host? host = null) => Host = host ?? new LocalHost();

    public Host Host { get; }

    /// <param name="failing">A run of chaos that failed.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SelfHealException">The server cannot be run, or the driver cannot judge.</exception>
    public async Task<ProbeResult> HealAsync(ChaosFailure failing, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(failing);
        ArgumentNullException.ThrowIfNull(options);
        RunDirectory run = failing.Run;
        Failure seen = Diagnoser.Classify(run);
        Failure failure = seen.Kind == failing.Kind ? seen : new Failure(failing.Kind, failing.Sentence, seen.Exit, seen.Stack);
        options = options with { WorkDirectory = Path.GetFullPath(options.WorkDirectory) };
        ChaosOptions chaos = options.Chaos with { Fresh = options.Chaos.Fresh is { } fresh ? Path.GetFullPath(fresh) : null };
        var runner = new ProbeRunner(chaos, Host, Path.Combine(options.WorkDirectory, "runs"));
        try
        {
            return await new ProbeSearch(run, Policy.Parse(run.Info.Policy ?? "uniprocessor"), failure, options, Host, runner)
                .RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Scratch.Remove(Path.Combine(options.WorkDirectory, "runs"));
        }
    }
}
