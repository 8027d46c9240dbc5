using SelfHeal.Diagnosis;
using SelfHeal.Hosts;

namespace SelfHeal.Replay;

/// <summary>A replay that has ended.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Sentence">The same for the user, one sentence.</param>
/// <param name="Run">The replay's own run.</param>
/// <param name="SameOutput">Output compared with the recorded one; null when there is none to compare.</param>
/// <param name="DivergenceStack">Symbolised stack of a divergence, else empty.</param>
public sealed record ReplayResult(
    ReplayOutcome Outcome, string Sentence, RunResult Run, bool? SameOutput,
    IReadOnlyList<StackFrame> DivergenceStack)
{
    /// <summary>True only when nothing differed and nothing was uncontrolled.</summary>
    public bool IsExact => Outcome == ReplayOutcome.Exact;
}
