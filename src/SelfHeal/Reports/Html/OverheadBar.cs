namespace SelfHeal.Reports.Html;

/// <summary>A bar of an overhead; all values are shares of the base line: 0.01 is one in a hundred.</summary>
/// <param name="Label">Whose it is: measured, paper.</param>
/// <param name="Value">Median.</param>
/// <param name="Lower">Of the middle half; null: not known.</param>
/// <param name="Upper">Of the middle half; null: not known.</param>
internal sealed record OverheadBar(string Label, double Value, double? Lower = null, double? Upper = null);
