using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>One session: how it ended, its runs, what was healed, what it cost.</summary>
internal static class SessionSection
{
    public static void Write(HtmlText html, ReportSession session, int number, int level)
    {
        html.Open("article", ("id", string.Create(CultureInfo.InvariantCulture, $"s{number}")));
        html.Open("header").Leaf("p", session.Program, ("class", "eyebrow")).Name($"h{level}", session.Name).Open("p", ("class", "badges"));
        SessionIndex.Badges(html, session);
        html.Close().Close();
        if (session.Error is { } error)
        {
            html.Open("section", ("class", "card bad")).Leaf($"h{level + 1}", "The test failed").Leaf("pre", error.TrimEnd()).Close();
        }

        foreach (HealReportDocument heal in session.Heals)
        {
            HealSection.Write(html, heal, level + 1);
        }

        if (session.Overheads.Count > 0)
        {
            Overheads(html, session.Overheads, level + 1);
        }

        if (session.Runs.Count > 0)
        {
            Runs(html, session.Runs, level + 1);
        }

        html.Close();
    }

    private static void Overheads(HtmlText html, IReadOnlyList<ReportOverhead> overheads, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", "Overheads");
        OverheadBars.Write(html, [.. overheads.Select(one => (one.What, new[] { new OverheadBar("measured", one.Ratio.Median - 1, one.Ratio.Lower - 1, one.Ratio.Upper - 1) }))]);
        TableWriter.Write(html, "Overheads", ["compared", "ratio", "middle half", "before", "after", "pairs"], overheads.Select(one => new[]
        {
            one.What, Ratio(one.Ratio.Median), $"{Ratio(one.Ratio.Lower)} to {Ratio(one.Ratio.Upper)}", $"{Seconds(one.BaseSeconds)} s",
            $"{Seconds(one.Seconds)} s", one.Pairs.ToString(CultureInfo.InvariantCulture),
        }));
        html.Close();
    }

    private static void Runs(HtmlText html, IReadOnlyList<ReportRun> runs, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", "Runs");
        TableWriter.Write(html, "Runs of the session", ["run", "end", "time", "events", "log"], runs.Select(run => new[]
        {
            run.What, run.End, $"{Seconds(run.Seconds)} s", run.Events.ToString("N0", CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{run.LogBytes:N0} bytes"),
        }));
        html.Close();
    }

    private static string Ratio(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
