namespace SelfHeal.Reports.Html;

/// <summary>A table in a box of its own that scrolls where it is too wide.</summary>
internal static class TableWriter
{
    private const int ShortText = 24;

    /// <param name="html">Where to.</param>
    /// <param name="label">What it shows.</param>
    /// <param name="heads">Of its columns; the first one's cells head their rows.</param>
    /// <param name="rows">One text for each column.</param>
    public static void Write(HtmlText html, string label, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", label));
        html.Open("table").Open("thead").Open("tr");
        foreach (string head in heads)
        {
            html.Leaf("th", head, ("scope", "col"));
        }

        html.Close().Close().Open("tbody");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Open("tr").Leaf("th", row[0], ("scope", "row"), ("class", Class(row[0])));
            foreach (string cell in row.Skip(1))
            {
                html.Leaf("td", cell, ("class", Class(cell)));
            }

            html.Close();
        }

        html.Close().Close().Close();
    }

    /// <summary>Short cells stay on one line, long ones get room.</summary>
    private static string Class(string cell) => cell.Length <= ShortText ? "short" : "long";
}
