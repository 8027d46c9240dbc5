using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Search;

/// <summary>What is compared to say that a run fails in the same way as another.</summary>
/// <param name="Kind">Class of the failure.</param>
/// <param name="Number">Signal or exit status; 0 for the other classes.</param>
internal readonly record struct FailureSignature(FailureKind Kind, int Number)
{
    public bool IsFailure => Kind != FailureKind.None;

    /// <summary>Of the recorded run.</summary>
    public static FailureSignature Of(Failure failure) => new(failure.Kind, failure.Kind == FailureKind.Hang ? 0 : failure.Exit.Signal ?? failure.Exit.Code ?? 0);

    /// <summary>Of a replay, without looking up any names.</summary>
    public static async Task<FailureSignature> OfAsync(RunResult run, HealOptions options, CancellationToken cancellationToken)
    {
        if (run.TimedOut)
        {
            return new(FailureKind.Hang, 0);
        }

        if (run.Control.Failure is { } failure)
        {
            return new(failure.Kind == FailureRecordKind.Deadlock ? FailureKind.Deadlock : FailureKind.Signal, failure.Signal);
        }

        bool killed = run.Exit.Signal is not null; // by the edited log, once it waits
        return run.Exit.Code is > 0 && options.ExitStatusMatters ? new(FailureKind.AbnormalExit, run.Exit.Code.Value)
            : options.Invariant is not null && await options.Invariant.CheckAsync(run, cancellationToken).ConfigureAwait(false) is not null
            ? new(FailureKind.InvariantViolated, 0)
            : killed && run.Exit.Signal != 9 ? new(FailureKind.Signal, run.Exit.Signal!.Value) : default;
    }
}
