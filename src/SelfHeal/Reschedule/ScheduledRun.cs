using SelfHeal.Chaos;
using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>A run of the search, judged.</summary>
/// <param name="Failure">Null: it passed.</param>
/// <param name="Sign">How it failed, without addresses and numbers that differ from run to run; empty: it passed.</param>
/// <param name="Places">Places that all threads passed.</param>
/// <param name="Hits">Per entry of the patch, how often it matched.</param>
/// <param name="Run">The run's directory; null: not kept.</param>
internal sealed record ScheduledRun(ChaosFailure? Failure, string Sign, long Places, IReadOnlyList<long> Hits, RunDirectory? Run)
{
    public bool Failed => Failure is not null;
}
