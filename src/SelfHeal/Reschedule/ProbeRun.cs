using SelfHeal.Chaos;
using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>A run of the search, judged.</summary>
/// <param name="Failure">Null: it passed.</param>
/// <param name="Sign">How it failed; empty: it passed.</param>
/// <param name="Hits">Per entry of the patch, how often it matched.</param>
/// <param name="Run">Its directory; null: not kept.</param>
internal sealed record ProbeRun(ChaosFailure? Failure, string Sign, IReadOnlyList<long> Hits, RunDirectory? Run);
