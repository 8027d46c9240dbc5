using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>A bad request: its bytes, what the pattern insists on, and what that was compared with.</summary>
internal static class RequestSection
{
    public static void Write(HtmlText html, HealReportDocument.DroppedPart dropped, MarkedRequest? bytes, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", "Why: a bad request");
        html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"Request {dropped.Request} of connection {dropped.Connection}, {dropped.Bytes:N0} bytes ({dropped.Framing})."), ("class", "lead"));
        Quote(html, "The request; marked is what the pattern insists on", bytes?.Whole ?? [], dropped.Text);
        if (bytes is not null && dropped.SmallestBytes != dropped.Bytes)
        {
            Quote(html, string.Create(CultureInfo.InvariantCulture, $"The smallest that fails, {dropped.SmallestBytes:N0} bytes"), bytes.Smallest, "");
        }

        html.Leaf("p", dropped.Patterns.Count == 1 ? "The pattern" : "The patterns", ("class", "label")).Open("ul", ("class", "plain"));
        foreach (string pattern in dropped.Patterns)
        {
            html.Open("li").Leaf("code", pattern).Close();
        }

        html.Close();
        if (dropped.Answer is { } answer)
        {
            html.Leaf("p", "The answer that its sender gets", ("class", "label")).Open("p").Leaf("code", answer).Close();
        }

        TableWriter.Write(html, "What the pattern was compared with", ["compared with", "tried", "matched"],
        [
            ["benign requests", Count(dropped.BenignTried), Count(dropped.FalsePositives)],
            ["variants that fail", Count(dropped.VariantsTried), Count(dropped.VariantsMatched)],
        ]);
        html.Leaf("p", Effort(dropped));
        foreach (string note in dropped.Notes)
        {
            html.Leaf("p", note, ("class", "muted"));
        }

        html.Close();
    }

    private static string Effort(HealReportDocument.DroppedPart dropped) => string.Create(CultureInfo.InvariantCulture,
        $"Making it smaller and finding what those like it have in common took {dropped.Replays:N0} replays and {Duration.Text(dropped.Seconds)}")
        + (dropped.Inputs > 0 ? string.Create(CultureInfo.InvariantCulture,
            $", for {dropped.Inputs:N0} inputs; of that making it smaller took {dropped.ShrinkReplays:N0} replays and {Duration.Text(dropped.ShrinkSeconds)}.") : ".");

    private static void Quote(HtmlText html, string label, IReadOnlyList<MarkedText> parts, string otherwise)
    {
        html.Leaf("p", label, ("class", "label")).Open("p", ("class", "bytes")).Open("code");
        foreach (MarkedText part in parts)
        {
            html.Leaf(part.IsMarked ? "mark" : "span", part.Text, ("class", part.IsGap ? "gap" : "part"));
        }

        html.Text(parts.Count == 0 ? otherwise : "").Close().Close();
    }

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
