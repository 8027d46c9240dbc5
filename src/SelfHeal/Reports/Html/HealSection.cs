using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>One healed run: what failed, why, what was tried, the patch, and what all that took.</summary>
internal static class HealSection
{
    public static void Write(HtmlText html, HealReportDocument heal, int level)
    {
        Summary(html, heal);
        html.Open("section", ("class", "card")).Leaf($"h{level}", "What failed").Leaf("p", heal.Failure.Sentence, ("class", "lead"));
        StackList.Write(html, "Call stack of the failure", heal.Failure.Stack);
        html.Close();
        foreach (HealReportDocument.OverflowPart overflow in heal.Overflows)
        {
            OverflowSection.Write(html, overflow, level, remains: false);
        }

        RaceSection.Write(html, heal, level);
        for (int i = 0; i < heal.Dropped.Count; i++)
        {
            RequestSection.Write(html, heal.Dropped[i], heal.Marked.ElementAtOrDefault(i), level);
        }

        foreach (HealReportDocument.OverflowPart overflow in heal.Remaining)
        {
            OverflowSection.Write(html, overflow, level, remains: true);
        }

        Trials(html, heal, level);
        PatchSection.Write(html, heal, level);
        Times(html, heal, level);
        if (heal.Verdict == "healed")
        {
            html.Leaf("p", heal.Sentence, ("class", "verdict"));
        }
    }

    private static void Summary(HtmlText html, HealReportDocument heal)
    {
        html.Open("dl", ("class", "tiles"));
        Tile(html, "trials", heal.Trials.Count.ToString(CultureInfo.InvariantCulture));
        if (heal.Patch is not null)
        {
            Tile(html, "failure to patch", Duration.Text(heal.SecondsToPatch));
        }

        if (heal.Recorded is { } run)
        {
            Tile(html, "recorded run", run.Seconds is { } seconds ? Duration.Text(seconds) : "unknown");
            Tile(html, "events", run.Events.ToString("N0", CultureInfo.InvariantCulture));
            Tile(html, "log", Bytes(run.LogBytes));
            Tile(html, run.Threads > 1 ? "threads, switches" : "threads", run.Threads > 1 ? string.Create(CultureInfo.InvariantCulture, $"{run.Threads:N0}, {run.Switches:N0}") : "1");
        }

        html.Close();
        if (heal.Verdict != "healed")
        {
            html.Leaf("p", heal.Sentence, ("class", "lead"));
        }
    }

    private static void Tile(HtmlText html, string name, string value) =>
        html.Open("div").Leaf("dt", name).Leaf("dd", value).Close();

    private static string Bytes(long count) => count < 10_000 ? string.Create(CultureInfo.InvariantCulture, $"{count:N0} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{count / 1000.0:N0} kB");

    private static void Trials(HtmlText html, HealReportDocument heal, int level)
    {
        if (heal.Trials.Count == 0)
        {
            return;
        }

        html.Open("section", ("class", "card")).Leaf($"h{level}", "What was tried").Open("ol", ("class", "trials"));
        foreach (HealReportDocument.TrialPart trial in heal.Trials)
        {
            bool good = trial.Avoided && trial.Validated;
            html.Open("li", ("class", good ? "good" : "bad")).Open("p", ("class", "outcome"));
            html.Leaf("span", good ? "helps" : trial.Avoided ? "helps, not validated" : "withdrawn", ("class", good ? "badge good" : "badge bad"));
            html.Text($" {trial.Outcome} ({Duration.Text(trial.Seconds)})").Close();
            html.Open("p").Leaf("code", trial.Change).Close().Close();
        }

        html.Close().Close();
    }

    private static void Times(HtmlText html, HealReportDocument heal, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", "What it took").Open("ul", ("class", "bars"));
        double longest = Math.Max(heal.Seconds.Values.DefaultIfEmpty().Max(), 0.001);
        foreach (var (phase, seconds) in heal.Seconds)
        {
            html.Open("li").Leaf("span", Phase(phase), ("class", "name")).Open("span", ("class", "bar measured"));
            html.Open("svg", ("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("role", "img"));
            html.Leaf("title", $"{Phase(phase)}: {Duration.Text(seconds)}");
            html.Empty("rect", ("class", "track"), ("x", "0"), ("y", "0"), ("width", "100"), ("height", "10"));
            html.Empty("rect", ("class", "value"), ("x", "0"), ("y", "1.5"), ("width", HtmlText.Number(Math.Max(0.4, 100 * seconds / longest))), ("height", "7"));
            html.Close().Leaf("span", Duration.Text(seconds), ("class", "figure")).Close().Close();
        }

        html.Close();
        if (heal.Reschedule is { } reschedule)
        {
            html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"The search for another order of threads made {reschedule.Runs:N0} runs in {Duration.Text(reschedule.Seconds)}."));
        }

        if (heal.Valgrind is { } valgrind)
        {
            html.Leaf("p", $"valgrind, asked as a second opinion, {(valgrind.Agrees == true ? "names the same allocation" : "does not name the same allocation")}; it took {Duration.Text(valgrind.Seconds)}.");
        }

        html.Close();
    }

    private static string Phase(string name) => name switch
    {
        "classify" => "what kind of failure",
        "diagnose" => "diagnosis",
        "trial" => "trials on replays",
        "reschedule" => "another order of threads",
        "drop" => "bad requests",
        "validate" => "validation by fresh runs",
        "confirm" => "does an overflow remain",
        "secondOpinion" => "valgrind",
        _ => name,
    };
}
