using System.Globalization;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reports.Html;

/// <summary>A race: the two operations whose order decides, what was measured, and the order of threads before and after.</summary>
internal static class RaceSection
{
    private const int WindowFrames = 6; // of each of up to six call stacks

    public static void Write(HtmlText html, HealReportDocument heal, int level)
    {
        HealReportDocument.ExplanationPart? pair = heal.Reschedule?.Explanation;
        if (pair is not null)
        {
            html.Open("section", ("class", "card")).Leaf($"h{level}", "Why: the order of two operations");
            html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"{(pair.Confirmed ? "The" : "Most likely the")} order of two operations decides: thread {pair.First.Thread} has to be first.")
                + (pair.SharedObject is { } shared ? $" Both are about {shared}." : ""), ("class", "lead"));
            html.Open("div", ("class", "pair"));
            Operation(html, 1, pair.First);
            Operation(html, 2, pair.Second);
            html.Close();
            Waits(html, pair.Waits);
            TableWriter.Write(html, "What was measured", ["schedule", "runs that failed", "so it"], pair.Checks.Select(check => new[]
            {
                check.Schedule, string.Create(CultureInfo.InvariantCulture, $"{check.Failed} of {check.Runs}"), check.Fails ? "fails" : "passes",
            }));
            html.Close();
        }

        if (heal.Window is { } window)
        {
            Window(html, window, level);
        }

        if (heal.Timelines.Count > 0)
        {
            Timelines(html, heal.Timelines, pair, level);
        }
    }

    private static void Timelines(HtmlText html, IReadOnlyList<Timeline> timelines, HealReportDocument.ExplanationPart? pair, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", timelines.Count > 1 ? "The threads, before and after" : "The threads, where it failed");
        html.Leaf("p", "Time goes down; one column for each thread. Only one thread runs at a time. What is folded (…) is left out."
            + (pair is null ? "" : " 1 and 2 are the two operations above."), ("class", "muted"));
        html.Open("div", ("class", "pair"));
        foreach (Timeline timeline in timelines)
        {
            TimelineFigure.Write(html, timeline);
        }

        html.Close().Close();
    }

    private static void Window(HtmlText html, WindowPart window, int level)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", "Why: a thread was switched out within a window");
        html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"Thread {window.First.Thread} must not be switched out between two of its operations."), ("class", "lead"));
        html.Open("div", ("class", "pair"));
        Operation(html, "the window begins", window.First);
        Operation(html, "the window ends", window.Last);
        Operation(html, "here it was switched out", window.Interrupted);
        foreach (HealReportDocument.OperationPart other in window.Others)
        {
            Operation(html, "meanwhile", other);
        }

        html.Close();
        if (window.Functions.Count > 0)
        {
            html.Leaf("p", "Functions of the window", ("class", "label")).Open("p").Leaf("code", string.Join(", ", window.Functions)).Close();
        }

        html.Close();
    }

    private static void Operation(HtmlText html, string title, HealReportDocument.OperationPart operation)
    {
        html.Open("div");
        StackList.Write(html, title + string.Create(CultureInfo.InvariantCulture, $": thread {operation.Thread} {operation.Text}"), operation.Stack, WindowFrames);
        html.Close();
    }

    private static void Operation(HtmlText html, int number, HealReportDocument.OperationPart operation)
    {
        html.Open("div").Open("p").Leaf("span", number.ToString(CultureInfo.InvariantCulture), ("class", number == 1 ? "role first" : "role second"));
        html.Text(string.Create(CultureInfo.InvariantCulture, $" thread {operation.Thread} {operation.Text}")).Close();
        StackList.Write(html, number == 1 ? "has to be first" : "must not come before it", operation.Stack);
        html.Close();
    }

    private static void Waits(HtmlText html, IReadOnlyList<string> waits)
    {
        if (waits.Count == 0)
        {
            return;
        }

        html.Open("ul");
        foreach (string wait in waits)
        {
            html.Leaf("li", wait);
        }

        html.Close();
    }
}
