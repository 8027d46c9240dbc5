using SelfHeal.Patches;

namespace SelfHeal.Search;

/// <summary>One change that was tried.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Change">What was changed, one line.</param>
/// <param name="Patch">The candidate.</param>
/// <param name="Avoided">The edited replay did not fail.</param>
/// <param name="Validated">The fresh patched run did not fail.</param>
/// <param name="Outcome">One sentence.</param>
/// <param name="Duration">Wall time.</param>
public sealed record Trial(
    int Number, string Change, Patch Patch, bool Avoided, bool Validated, string Outcome, TimeSpan Duration);
