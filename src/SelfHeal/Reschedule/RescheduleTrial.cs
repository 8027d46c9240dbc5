using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>One failing run, and the change that was made of it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Interruptions">Interruptions of the smallest failing schedule.</param>
/// <param name="Patch">The candidate.</param>
/// <param name="Passed">Validation runs that passed with it.</param>
/// <param name="Healed">All of them did.</param>
/// <param name="Outcome">One sentence.</param>
/// <param name="Duration">Wall time.</param>
public sealed record RescheduleTrial(
    int Number, int Interruptions, Patch Patch, int Passed, bool Healed, string Outcome, TimeSpan Duration);
