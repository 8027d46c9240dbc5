using SelfHeal.Measure;
using SelfHeal.Reports.Tables;

namespace SelfHeal.Reports.Html;

/// <summary>A measured overhead in a report.</summary>
/// <param name="What">What was compared: "recorded / original".</param>
/// <param name="Ratio">Of interleaved pairs.</param>
/// <param name="BaseSeconds">Median of what it was compared with.</param>
/// <param name="Seconds">Median of the other.</param>
/// <param name="Pairs">How many pairs.</param>
public sealed record ReportOverhead(string What, Quartiles Ratio, double BaseSeconds, double Seconds, int Pairs)
{
    public static ReportOverhead Of(string what, PairedMeasurement measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        return new ReportOverhead(what, Quartiles.Of(measured.Ratios), measured.MedianA, measured.MedianB, measured.A.Count);
    }
}
