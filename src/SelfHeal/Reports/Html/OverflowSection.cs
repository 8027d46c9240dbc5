using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>Heap damage: the block, what was written beside it, and the room that the patch makes.</summary>
internal static class OverflowSection
{
    private const int Alignment = 16; // of what malloc hands out
    private const double Thinnest = 2.5; // per cent of the width, so that one byte can be seen

    public static void Write(HtmlText html, HealReportDocument.OverflowPart overflow, int level, bool remains)
    {
        html.Open("section", ("class", "card")).Leaf($"h{level}", remains ? "What remains with the patch" : "Why: heap damage").Leaf("p", Lead(overflow), ("class", "lead"));
        html.Open("figure", ("class", "allocation"));
        Bar(html, "as it is", Segments(overflow, null));
        if (overflow.Room is { } room)
        {
            Bar(html, "with the patch", Segments(overflow, room));
        }

        Legend(html, overflow);
        html.Close().Open("div", ("class", "pair")).Open("div");
        StackList.Write(html, "The access", overflow.AccessStack);
        html.Close().Open("div");
        StackList.Write(html, "The allocation", overflow.AllocationStack);
        html.Close().Close().Close();
    }

    private static string Lead(HealReportDocument.OverflowPart overflow)
    {
        string what = overflow.Kind switch
        {
            "readAfter" => "read beyond the end of",
            "writeBefore" => "written before the start of",
            "writeFreed" => "written after the free of",
            _ => "written beyond the end of",
        };
        string blocks = overflow.Blocks > 1 ? string.Create(CultureInfo.InvariantCulture, $" {overflow.Blocks:N0} blocks of this call stack were damaged.") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{overflow.Extent:N0} byte{(overflow.Extent == 1 ? "" : "s")} {what} a block of {overflow.Size:N0}.{blocks}");
    }

    private static long Slack(HealReportDocument.OverflowPart overflow) => (Alignment - (overflow.Size % Alignment)) % Alignment;

    private static bool IsBeyond(HealReportDocument.OverflowPart overflow) => overflow.Kind is not ("writeBefore" or "writeFreed");

    /// <summary>What lies from left to right, in bytes.</summary>
    private static List<(string Class, string Name, long Bytes)> Segments(HealReportDocument.OverflowPart overflow, long? room)
    {
        List<(string Class, string Name, long Bytes)> parts = [];
        if (overflow.Kind == "writeBefore")
        {
            parts.Add(("damage", "damage", overflow.Extent));
        }

        parts.Add((overflow.Kind == "writeFreed" ? "damage" : "block", "block", overflow.Size));
        if (!IsBeyond(overflow))
        {
            return parts;
        }

        if (room is { } pad)
        {
            parts.Add(("room written", "room that is written to, harmless now", Math.Min(pad, overflow.Extent)));
            parts.Add(("room", "room to spare", pad - overflow.Extent));
        }
        else
        {
            long within = Math.Min(Slack(overflow), overflow.Extent);
            parts.Add(("within", "damage within the slack", within));
            parts.Add(("damage", "damage", overflow.Extent - within));
            parts.Add(("slack", "slack", Slack(overflow) - within));
        }

        return [.. parts.Where(part => part.Bytes > 0)];
    }

    private static void Bar(HtmlText html, string title, List<(string Class, string Name, long Bytes)> parts)
    {
        double all = parts.Sum(part => (double)part.Bytes);
        double[] widths = [.. parts.Select(part => Math.Max(Thinnest, 100 * part.Bytes / all))];
        double scale = 100 / widths.Sum();
        html.Leaf("p", title, ("class", "label"));
        html.Open("svg", ("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("role", "img"));
        html.Leaf("title", $"{title}: {string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Bytes:N0} bytes")))}");
        double at = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            html.Empty("rect", ("class", parts[i].Class.Split(' ')[0]), ("x", HtmlText.Number(at)), ("y", "0"), ("width", HtmlText.Number(widths[i] * scale)), ("height", "10"));
            if (parts[i].Class.EndsWith(" written", StringComparison.Ordinal))
            {
                html.Empty("rect", ("class", "damage"), ("x", HtmlText.Number(at)), ("y", "7"), ("width", HtmlText.Number(widths[i] * scale)), ("height", "3"));
            }

            at += widths[i] * scale;
        }

        html.Close();
    }

    private static void Legend(HtmlText html, HealReportDocument.OverflowPart overflow)
    {
        html.Open("ul", ("class", "legend"));
        Key(html, overflow.Kind == "writeFreed" ? "damage" : "block", string.Create(CultureInfo.InvariantCulture, $"the block, {overflow.Size:N0} bytes as asked for"));
        if (IsBeyond(overflow) && Slack(overflow) > 0)
        {
            Key(html, "within", string.Create(CultureInfo.InvariantCulture, $"slack of malloc’s alignment, {Slack(overflow):N0} bytes"));
        }

        Key(html, "damage", string.Create(CultureInfo.InvariantCulture, $"{(overflow.Kind == "readAfter" ? "read" : "written")}, the first byte at offset {overflow.First:N0}, the farthest {overflow.Extent:N0} {(IsBeyond(overflow) ? "beyond the end" : overflow.Kind == "writeBefore" ? "before the start" : "in a freed block")}"));
        if (overflow.Room is { } room)
        {
            Key(html, "room", string.Create(CultureInfo.InvariantCulture, $"room that the patch adds, {room:N0} bytes"));
        }

        html.Close();
    }

    private static void Key(HtmlText html, string name, string text) =>
        html.Open("li").Leaf("span", "", ("class", "swatch " + name)).Leaf("span", text).Close();
}
