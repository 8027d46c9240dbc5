using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Searches for interruptions of threads without which a recorded failure does not happen, and writes them as holds.
/// For programs that can be run again with the same input.</summary>
/// <remarks>Source: COMPSAC 2008, section 3 (atomicity violations: from the failing TEI backward, a thread's interval is
/// merged with its next one). Here the edited schedules run for real, and what they show is measured.</remarks>
public sealed class Rescheduler
{
    public Rescheduler(Host? host = null) => Host = host ?? new LocalHost();

    public Host Host { get; }

    /// <param name="failing">A recorded run that failed: of chaos, or of `record`.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SandboxUnavailableException">Needed, and not allowed here.</exception>
    /// <exception cref="SelfHealException">The program cannot be run again.</exception>
    public async Task<RescheduleResult> SearchAsync(
        RunDirectory failing, RescheduleOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(failing);
        ArgumentNullException.ThrowIfNull(options);
        string work = Path.GetFullPath(options.WorkDirectory);
        TimeSpan limit = options.Timeout
            ?? TimeSpan.FromSeconds(Math.Max(2, 10 * (failing.Info.Outcome is { TimedOut: false } outcome ? outcome.Seconds : 0.2)));
        var chaos = new ChaosOptions
        {
            Program = failing.Info.Program,
            KeepDirectory = work,
            Timeout = limit,
            Invariant = options.Invariant,
            AllowedExitCodes = options.ExitStatusMatters ? new HashSet<int> { 0 } : Enumerable.Range(0, 256).ToHashSet(),
        };
        using var runner = new ScheduleRunner(failing, chaos, Host, Path.Combine(work, "runs"), options.Sandbox);
        await runner.PrepareAsync().ConfigureAwait(false);
        string sign = await SignAsync(failing, options, cancellationToken).ConfigureAwait(false);
        var analyzer = new FailureAnalyzer(Host, runner, work, options.Sandbox, limit);
        return await new RescheduleSearch(failing, sign, options, runner, analyzer, work).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> SignAsync(RunDirectory failing, RescheduleOptions options, CancellationToken cancellationToken)
    {
        Failure failure = Diagnoser.Classify(failing, options.ExitStatusMatters);
        if (!failure.IsFailure && options.Invariant is { } invariant
            && await invariant.CheckAsync(RunResult.FromDirectory(failing), cancellationToken).ConfigureAwait(false) is { } broken)
        {
            string sentence = char.ToUpperInvariant(broken[0]) + broken[1..].TrimEnd('.', ' ') + ".";
            return ScheduleRunner.Sign(FailureKind.InvariantViolated, null, null, sentence);
        }

        return failure.IsFailure ? ScheduleRunner.Sign(failure.Kind, failure.Exit.Signal, failure.Exit.Code, failure.Sentence)
            : throw new SelfHealException($"{failing.Path} did not fail: {failure.Sentence}");
    }
}
