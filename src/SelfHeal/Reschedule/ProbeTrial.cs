using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>One failing run, and the hold that was made of it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Candidates">Interruptions that were tried until one made the server fail.</param>
/// <param name="Probes">Call stacks that were tried in all.</param>
/// <param name="Growths">Times that short chaos made the hold longer, before the validation.</param>
/// <param name="Patch">The candidate.</param>
/// <param name="Healed">It was validated.</param>
/// <param name="Outcome">One sentence.</param>
/// <param name="Analysis">Time from the failing run to the patch.</param>
/// <param name="Validation">Time of the validation.</param>
public sealed record ProbeTrial(
    int Number, int Candidates, int Probes, int Growths, Patch Patch, bool Healed, string Outcome, TimeSpan Analysis,
    TimeSpan Validation);
