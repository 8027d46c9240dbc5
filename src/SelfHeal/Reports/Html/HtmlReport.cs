using SelfHeal.Reports.Tables;

namespace SelfHeal.Reports.Html;

/// <summary>Sessions as one HTML file that needs nothing else: no scripts, no network. For light and dark, screen, phone and paper.</summary>
public static class HtmlReport
{
    private static readonly Lazy<string> Style = new(ReadStyle);

    /// <param name="sessions">With more than one there is an index at the top.</param>
    /// <param name="table">The paper's Table 1 as measured; null: none.</param>
    public static string Render(IReadOnlyList<ReportSession> sessions, Table1? table = null)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        string title = sessions.Count == 1 ? $"SelfHeal: {sessions[0].Name}" : "SelfHeal report";
        var html = new HtmlText();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml"));
        Head(html, title);
        html.Open("body").Open("main");
        if (sessions.Count != 1)
        {
            html.Leaf("h1", "SelfHeal report");
            SessionIndex.Write(html, sessions, table is not null);
        }

        for (int i = 0; i < sessions.Count; i++)
        {
            SessionSection.Write(html, sessions[i], i + 1, level: sessions.Count == 1 ? 1 : 2);
        }

        if (table is not null)
        {
            Table1Section.Write(html, table);
        }

        html.Close();
        html.Open("footer", ("class", "page")).Leaf("p", "Written by SelfHeal. Times in seconds, sizes in bytes.").Close();
        return html.Close().Close() + "\n";
    }

    private static void Head(HtmlText html, string title) => html.Open("head")
        .Empty("meta", ("charset", "utf-8"))
        .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
        .Empty("meta", ("name", "color-scheme"), ("content", "light dark"))
        .Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'"))
        .Leaf("title", title)
        .Open("style").Raw(Style.Value).Close().Close();

    private static string ReadStyle()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
