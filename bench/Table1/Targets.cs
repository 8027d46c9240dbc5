using System.Globalization;
using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>What Table 1 has to show.</summary>
internal static class Targets
{
    private const double LoggedMean = 1.02, LoggedWorst = 1.05, PreventionMean = 1.005, PreventionWorst = 1.02, Diagnosis = 1.5;

    /// <summary>What a row misses, one sentence each.</summary>
    public static IEnumerable<string> Missed(BugRow row)
    {
        double? diagnosis = row.GuardDiagnosis / row.Failing;
        return new[]
        {
            Above("logged / original", row.LoggedRatio.Median, LoggedWorst),
            Above("prevention / logged", row.PreventionRatio.Median, PreventionWorst),
            diagnosis is { } ratio ? Above("guard diagnosis / failing run", ratio, Diagnosis) : null,
            row.Paper?.Trials is { } trials ? Above("trials", row.Trials, trials) : null,
        }.OfType<string>();
    }

    /// <summary>What the table misses, one sentence each, those of its rows included.</summary>
    public static IReadOnlyList<string> Missed(Table1 table) =>
    [
        .. new[]
        {
            table.LoggedMean is { } logged ? Above("logged / original, geometric mean", logged, LoggedMean) : null,
            table.PreventionMean is { } prevention ? Above("prevention / logged, geometric mean", prevention, PreventionMean) : null,
        }.OfType<string>(),
        .. table.Rows.SelectMany(row => Missed(row).Select(missed => $"{row.Name}: {missed}")),
        .. table.Missing.Select(row => $"{row.Name}: not measured: {row.Reason}"),
    ];

    private static string? Above(string what, double value, double limit) => Math.Round(value, 3) <= limit ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} is {value:0.###}, at most {limit} wanted");
}
