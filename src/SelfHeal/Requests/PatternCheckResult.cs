namespace SelfHeal.Requests;

/// <summary>Patterns that match no benign request.</summary>
/// <param name="Patterns">Empty: none could be narrowed so far.</param>
/// <param name="BenignTried">Requests that did no harm and were tried.</param>
/// <param name="FalsePositivesBefore">Of those, matched by the patterns as they were built.</param>
/// <param name="FalsePositivesAfter">Of those, matched by <paramref name="Patterns"/>: 0.</param>
/// <param name="VariantsTried">Inputs that were seen to fail.</param>
/// <param name="VariantsMatched">Of those, matched by <paramref name="Patterns"/>.</param>
public sealed record PatternCheckResult(
    IReadOnlyList<RequestPattern> Patterns, int BenignTried, int FalsePositivesBefore, int FalsePositivesAfter, int VariantsTried,
    int VariantsMatched)
{
    /// <summary>For the report.</summary>
    public string Sentence => Patterns.Count == 0
        ? $"No pattern tells the bad request from all of {BenignTried} benign ones."
        : FormattableString.Invariant($"{FalsePositivesAfter} of {BenignTried} benign requests match ({FalsePositivesBefore} before narrowing), ")
            + FormattableString.Invariant($"and {VariantsMatched} of {VariantsTried} failing variants.");
}
