using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>A call stack, innermost first, down to main.</summary>
internal static class StackList
{
    private const int Most = 12;

    public static void Write(HtmlText html, string title, IReadOnlyList<HealReportDocument.FramePart> stack, int most = Most)
    {
        if (stack.Count == 0)
        {
            return;
        }

        int toMain = stack.TakeWhile(frame => frame.Function != "main").Count() + 1;
        int shown = Math.Min(Math.Min(stack.Count, toMain), most);
        html.Leaf("p", title, ("class", "label")).Open("ol", ("class", "stack"));
        foreach (HealReportDocument.FramePart frame in stack.Take(shown))
        {
            html.Open("li").Leaf("code", frame.Function ?? "?", ("class", "function"));
            if (frame.File is { } file)
            {
                html.Text(" ").Leaf("span", string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{frame.Line}"), ("class", "line"));
            }

            html.Text(" ").Leaf("span", string.Create(CultureInfo.InvariantCulture, $"{frame.Module ?? "?"}+0x{frame.Offset:x}"), ("class", "muted at")).Close();
        }

        html.Close();
        int rest = Math.Min(stack.Count, toMain) - shown;
        if (rest > 0)
        {
            html.Leaf("p", string.Create(CultureInfo.InvariantCulture, $"{rest} frame{(rest == 1 ? "" : "s")} left out"), ("class", "muted rest"));
        }
    }
}
