using System.Globalization;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reports.Html;

/// <summary>A timeline as a picture: COMPSAC 2008, figure 2.</summary>
internal static class TimelineFigure
{
    private const int Head = 26; // height of the threads' numbers

    public static void Write(HtmlText html, Timeline timeline)
    {
        var layout = new TimelineLayout(timeline);
        html.Open("figure", ("class", timeline.Fails ? "timeline fails" : "timeline passes"));
        html.Open("figcaption").Leaf("strong", timeline.Title + ".").Text(" " + timeline.Caption).Close();
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", timeline.Title));
        string width = HtmlText.Number(layout.Width), height = HtmlText.Number(Head + layout.Height);
        html.Open("svg", ("viewBox", $"0 0 {width} {height}"), ("width", width), ("height", height), ("role", "img"));
        html.Leaf("title", timeline.Title);
        html.Leaf("desc", string.Join("; ", timeline.Steps.Select(Told)));
        for (int i = 0; i < timeline.Threads.Count; i++)
        {
            double x = layout.Lane(timeline.Threads[i]);
            html.Leaf("text", Name(timeline.Threads[i]), ("class", "head"), ("x", HtmlText.Number(x)), ("y", "14"), ("text-anchor", "middle"));
            html.Empty("line", ("class", "lane"), ("x1", HtmlText.Number(x)), ("x2", HtmlText.Number(x)), ("y1", HtmlText.Number(Head - 6)), ("y2", height));
        }

        Bars(html, layout);
        foreach (TimelineRow row in layout.Rows)
        {
            Row(html, layout, row);
        }

        html.Close().Close().Close();
    }

    /// <summary>Runs of lines of one thread are one interval; between two of them the processor goes from one thread to the other.</summary>
    private static void Bars(HtmlText html, TimelineLayout layout)
    {
        foreach (TimelineInterval held in layout.HeldIntervals)
        {
            html.Empty("rect", ("class", "held"), ("x", HtmlText.Number(layout.Lane(held.Thread) - 9)), ("y", HtmlText.Number(Head + held.Top)), ("width", "18"),
                ("height", HtmlText.Number(held.Bottom - held.Top)), ("rx", "6"));
        }

        TimelineInterval? before = null;
        foreach (TimelineInterval interval in layout.Intervals)
        {
            if (before is not null)
            {
                double middle = Head + ((before.Bottom + interval.Top) / 2);
                html.Empty("path", ("class", before.IsInterrupted ? "handover interrupted" : "handover"), ("d", string.Create(CultureInfo.InvariantCulture,
                    $"M{layout.Lane(before.Thread):0.##} {Head + before.Bottom - 4:0.##} V{middle:0.##} H{layout.Lane(interval.Thread):0.##} V{Head + interval.Top + 4:0.##}")));
            }

            html.Empty("rect", ("class", $"interval t{Math.Max(0, layout.Index(interval.Thread)) % 6}"), ("x", HtmlText.Number(layout.Lane(interval.Thread) - 5)),
                ("y", HtmlText.Number(Head + interval.Top + 3)), ("width", "10"), ("height", HtmlText.Number(interval.Bottom - interval.Top - 6)), ("rx", "4"));
            before = interval.IsFollowedByGap ? null : interval;
        }
    }

    private static void Row(HtmlText html, TimelineLayout layout, TimelineRow row)
    {
        TimelineStep step = row.Step;
        double y = Head + row.Top, x = layout.LabelX;
        html.Open("g", ("class", step.Kind.ToString().ToLowerInvariant()));
        html.Leaf("title", Told(step));
        if (step is { Kind: TimelineStepKind.Interrupted, Thread: { } thread })
        {
            double cx = layout.Lane(thread), cy = y + row.Height - 6;
            html.Empty("path", ("class", "cut"), ("d", string.Create(CultureInfo.InvariantCulture, $"M{cx - 6:0.##} {cy - 5:0.##} l12 10 m-12 0 l12 -10")));
        }

        if (step.Role > 0)
        {
            html.Empty("circle", ("class", step.Role == 1 ? "role first" : "role second"), ("cx", HtmlText.Number(x + 7)), ("cy", HtmlText.Number(y + 14)), ("r", "8"));
            html.Leaf("text", step.Role.ToString(CultureInfo.InvariantCulture), ("class", "role"), ("x", HtmlText.Number(x + 7)), ("y", HtmlText.Number(y + 18)), ("text-anchor", "middle"));
            x += TimelineLayout.RoleWidth;
        }

        y += 4;
        foreach (string line in row.Lines)
        {
            y += TimelineLayout.LineHeight;
            html.Leaf("text", line, ("class", "what"), ("x", HtmlText.Number(x)), ("y", HtmlText.Number(y - 1)));
        }

        foreach (string line in row.Where)
        {
            y += TimelineLayout.WhereHeight;
            html.Leaf("text", line, ("class", "where"), ("x", HtmlText.Number(x)), ("y", HtmlText.Number(y - 1)));
        }

        html.Close();
    }

    private static string Name(int thread) => string.Create(CultureInfo.InvariantCulture, $"{(thread < 100 ? "T" : "")}{thread}");

    private static string Told(TimelineStep step) => (step is { Thread: { } thread, Kind: TimelineStepKind.Operation or TimelineStepKind.Held }
        ? string.Create(CultureInfo.InvariantCulture, $"thread {thread}: ") : "") + step.Text + (step.Where.Length > 0 ? $" ({step.Where})" : "");
}
