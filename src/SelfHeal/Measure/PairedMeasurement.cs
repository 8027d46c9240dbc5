namespace SelfHeal.Measure;

/// <summary>Times of interleaved pairs, in seconds.</summary>
/// <param name="A">Times of the base line.</param>
/// <param name="B">Times of what is compared with it.</param>
public sealed record PairedMeasurement(IReadOnlyList<double> A, IReadOnlyList<double> B)
{
    public double MedianA => Median(A);

    public double MedianB => Median(B);

    /// <summary>B / A of each pair.</summary>
    public IReadOnlyList<double> Ratios => [.. A.Zip(B, (a, b) => b / a)];

    /// <summary>Median of the ratios of the pairs: the overhead factor.</summary>
    public double Ratio => Median(Ratios);

    /// <summary>Smallest and largest ratio of a pair.</summary>
    public (double Minimum, double Maximum) Spread => (Ratios.Min(), Ratios.Max());

    /// <summary>Smallest and largest time of the base line, in seconds.</summary>
    public (double Minimum, double Maximum) SpreadA => (A.Min(), A.Max());

    /// <summary>Smallest and largest time of the other, in seconds.</summary>
    public (double Minimum, double Maximum) SpreadB => (B.Min(), B.Max());

    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("no values", nameof(values));
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
