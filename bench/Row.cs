using SelfHeal.Measure;

namespace SelfHeal.Bench;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">"x" for a ratio, "ns", "ms", "bytes", "s".</param>
/// <param name="Values">One value per pair.</param>
/// <param name="Target">The largest median that meets the budget; null: shown for comparison only.</param>
/// <param name="Note">What the reader should know.</param>
internal sealed record Row(string What, string Unit, IReadOnlyList<double> Values, double? Target, string Note = "")
{
    public double Median => PairedMeasurement.Median(Values);

    public double Low => Quantile(0.25);

    public double High => Quantile(0.75);

    public bool? Met => Target is { } target ? Math.Round(Median, 3) <= target : null;

    private double Quantile(double part)
    {
        double[] sorted = [.. Values.Order()];
        double at = part * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length
            ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
