namespace SelfHeal.Reports;

/// <summary>The bytes of a bad request, with what the pattern insists on marked.</summary>
/// <param name="Whole">As it was recorded.</param>
/// <param name="Smallest">The smallest that fails.</param>
internal sealed record MarkedRequest(IReadOnlyList<MarkedText> Whole, IReadOnlyList<MarkedText> Smallest);
