using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>The list of sessions at the top.</summary>
internal static class SessionIndex
{
    public static void Write(HtmlText html, IReadOnlyList<ReportSession> sessions, bool hasTable)
    {
        int failed = sessions.Count(session => session.Outcome is not (null or "passed" or "skipped"));
        int healed = sessions.Count(session => session.Heals.Any(heal => heal.Verdict == "healed"));
        html.Leaf("p", Sentence(sessions.Count, failed, healed), ("class", "lead"));
        html.Open("nav", ("aria-label", "Sessions")).Open("ol", ("class", "index"));
        for (int i = 0; i < sessions.Count; i++)
        {
            ReportSession session = sessions[i];
            html.Open("li").Name("a", session.Name, ("href", string.Create(CultureInfo.InvariantCulture, $"#s{i + 1}")));
            html.Open("span", ("class", "badges"));
            Badges(html, session);
            html.Close().Leaf("span", (session.Heals.Count > 0 ? session.Heals[^1].Failure.Sentence : session.Program), ("class", "muted what")).Close();
        }

        html.Close();
        if (hasTable)
        {
            html.Open("p", ("class", "further")).Leaf("a", "Table 1: the paper’s nine bugs", ("href", "#table1")).Close();
        }

        html.Close();
    }

    /// <summary>How the test ended, and what was healed.</summary>
    public static void Badges(HtmlText html, ReportSession session)
    {
        if (session.Outcome is { } outcome)
        {
            html.Leaf("span", outcome, ("class", outcome switch { "passed" => "badge good", "skipped" or "open" => "badge", _ => "badge bad" })).Text(" ");
        }

        foreach (HealReportDocument heal in session.Heals)
        {
            html.Leaf("span", Verdict(heal), ("class", heal.Verdict switch { "healed" => "badge good", "notHealed" => "badge bad", _ => "badge" })).Text(" ");
        }
    }

    private static string Verdict(HealReportDocument heal) => heal.Verdict switch
    {
        "healed" => string.Create(CultureInfo.InvariantCulture, $"healed in {heal.Trials.Count} trial{(heal.Trials.Count == 1 ? "" : "s")}"),
        "notHealed" => "not healed",
        _ => "nothing to heal",
    };

    private static string Sentence(int sessions, int failed, int healed) => string.Create(CultureInfo.InvariantCulture,
        $"{sessions} session{(sessions == 1 ? "" : "s")}, {healed} healed{(failed > 0 ? $", {failed} failed" : "")}.");
}
