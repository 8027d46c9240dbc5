using SelfHeal.Measure;

namespace SelfHeal.Reports.Tables;

/// <summary>The middle half of measured values.</summary>
/// <param name="Lower">A quarter of the values are at most this.</param>
/// <param name="Median">The middle value.</param>
/// <param name="Upper">A quarter of the values are at least this.</param>
public sealed record Quartiles(double Lower, double Median, double Upper)
{
    /// <summary>Between two values it is interpolated.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Quartiles Of(IReadOnlyList<double> values)
    {
        double median = PairedMeasurement.Median(values);
        double[] sorted = [.. values.Order()];
        return new Quartiles(At(sorted, 0.25), median, At(sorted, 0.75));
    }

    private static double At(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
