using System.Globalization;
using SelfHeal.Reports.Tables;

namespace SelfHeal.Reports.Html;

/// <summary>The paper's Table 1, as measured here, with the paper's figures beside.</summary>
internal static class Table1Section
{
    public static void Write(HtmlText html, Table1 table)
    {
        html.Open("article", ("id", "table1")).Open("header").Leaf("h2", "Table 1: the paper’s nine bugs");
        html.Leaf("p", $"Measured {table.Measured.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC on {table.Machine}. "
            + "Medians of interleaved pairs; the line in a bar is the middle half.", ("class", "muted")).Close();
        Bars(html, table, "Recording: logged / original", table.LoggedMean, row => row.LoggedRatio, row => row.PaperLoggedRatio);
        Bars(html, table, "Prevention: with the patch / logged", table.PreventionMean, row => row.PreventionRatio, row => row.PaperPreventionRatio);
        html.Open("section", ("class", "card")).Leaf("h3", "All figures");
        TableWriter.Write(
            html, "Table 1", ["bug", "original", "logged", "logged / original", "prevention", "prevention / logged", "trials", "potential trials",
                "diagnosis: guard", "valgrind", "replay", "to the patch", "change"], table.Rows.SelectMany(Rows));
        foreach (BugRow row in table.Rows)
        {
            foreach (string note in row.Notes)
            {
                html.Leaf("p", $"{row.Name}: {note}", ("class", "muted"));
            }
        }

        foreach (MissingRow row in table.Missing)
        {
            html.Leaf("p", $"{row.Name}: not measured: {row.Reason}", ("class", "muted"));
        }

        html.Close().Close();
    }

    private static void Bars(HtmlText html, Table1 table, string title, double? mean, Func<BugRow, Quartiles> ratio, Func<BugRow, double?> paper)
    {
        html.Open("section", ("class", "card")).Leaf("h3", title);
        if (table.Rows.Count > 0)
        {
            html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"Geometric mean {mean:0.000} over {table.Rows.Count} bug{(table.Rows.Count == 1 ? "" : "s")}."));
            OverheadBars.Write(html, [.. table.Rows.Select(row => (row.Name, Of(ratio(row), paper(row))))]);
        }

        html.Close();
    }

    private static OverheadBar[] Of(Quartiles ratio, double? paper)
    {
        var measured = new OverheadBar("measured", ratio.Median - 1, ratio.Lower - 1, ratio.Upper - 1);
        return paper is { } known ? [measured, new OverheadBar("paper", known - 1)] : [measured];
    }

    private static IEnumerable<string[]> Rows(BugRow row)
    {
        yield return
        [
            row.Name, Seconds(row.Original.Median), Seconds(row.Logged.Median), Ratio(row.LoggedRatio.Median), Seconds(row.Prevention.Median),
            Ratio(row.PreventionRatio.Median), Count(row.Trials), Count(row.PotentialTrials), Seconds(row.GuardDiagnosis), Seconds(row.ValgrindDiagnosis),
            Seconds(row.Replay), Seconds(row.TimeToPatch), $"{row.Change} ({row.Program})",
        ];
        if (row.Paper is { } paper)
        {
            yield return
            [
                "the paper", Seconds(paper.Original), Seconds(paper.Logged), Ratio(row.PaperLoggedRatio), Seconds(paper.Prevention), Ratio(row.PaperPreventionRatio),
                Count(paper.Trials), Count(paper.PotentialTrials), "", Seconds(paper.Diagnosis), Seconds(paper.Replay), "", paper.Change ?? "",
            ];
        }
    }

    private static string Seconds(double? value) => value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} s") : "";

    private static string Ratio(double? value) => value is { } known ? known.ToString("0.000", CultureInfo.InvariantCulture) : "";

    private static string Count(long? value) => value is { } known ? known.ToString("N0", CultureInfo.InvariantCulture) : "";
}
