using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>The patch: each entry with its hits and what it cost, and the file as it is.</summary>
internal static class PatchSection
{
    public static void Write(HtmlText html, HealReportDocument heal, int level)
    {
        if (heal.Patch is not { } patch)
        {
            return;
        }

        html.Open("section", ("class", "card")).Leaf($"h{level}", "The patch").Open("ul", ("class", "plain entries"));
        foreach (EntryPart entry in heal.Entries)
        {
            html.Open("li").Leaf("p", entry.Change + ".", ("class", "lead"));
            foreach (string comment in entry.Comments.Where(comment => comment.Length > 0))
            {
                html.Leaf("p", comment, ("class", "comment"));
            }

            if (entry.Hits is { } hits)
            {
                html.Open("p").Leaf("strong", string.Create(CultureInfo.InvariantCulture, $"{hits:N0} hit{(hits == 1 ? "" : "s")}"));
                html.Text($" in the validating run: {entry.Cost}.").Close();
            }

            html.Close();
        }

        html.Close().Leaf("p", "The file", ("class", "label"));
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "The patch file")).Leaf("pre", patch.TrimEnd()).Close();
        if (heal.PatchedRun is { } run)
        {
            html.Leaf("p", $"The program with the patch, in a fresh run: {End(run)}, {Duration.Text(run.Seconds)}.", ("class", "muted"));
        }

        html.Close();
    }

    private static string End(HealReportDocument.PatchedPart run) => run.Signal is { } signal
        ? string.Create(CultureInfo.InvariantCulture, $"killed by {Hosts.Signals.Name(signal)}")
        : string.Create(CultureInfo.InvariantCulture, $"exit status {run.ExitCode}");
}
