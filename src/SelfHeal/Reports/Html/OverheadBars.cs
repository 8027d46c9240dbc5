using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>Overheads as bars from a common zero, in per cent.</summary>
internal static class OverheadBars
{
    private const double Least = 0.02; // so that noise does not fill the width

    public static void Write(HtmlText html, IReadOnlyList<(string Name, OverheadBar[] Bars)> rows)
    {
        double low = Math.Min(0, rows.SelectMany(row => row.Bars).Min(bar => Math.Min(bar.Value, bar.Lower ?? 0)));
        double high = Math.Max(Least, rows.SelectMany(row => row.Bars).Max(bar => Math.Max(bar.Value, bar.Upper ?? 0)));
        double Share(double value) => 100 * (value - low) / (high - low);
        html.Open("ul", ("class", "bars"));
        foreach (var (name, bars) in rows)
        {
            html.Open("li").Leaf("span", name, ("class", "name"));
            foreach (OverheadBar bar in bars)
            {
                double left = Share(Math.Min(0, bar.Value)), right = Share(Math.Max(0, bar.Value));
                html.Open("span", ("class", "bar " + bar.Label));
                html.Open("svg", ("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("role", "img"));
                html.Leaf("title", $"{name}, {bar.Label}: {Percent(bar.Value)}{Half(bar)}");
                html.Empty("rect", ("class", "track"), ("x", "0"), ("y", "0"), ("width", "100"), ("height", "10"));
                html.Empty("rect", ("class", "value"), ("x", HtmlText.Number(left)), ("y", "1.5"), ("width", HtmlText.Number(Math.Max(0.4, right - left))), ("height", "7"));
                if (bar is { Lower: { } lower, Upper: { } upper })
                {
                    html.Empty("rect", ("class", "half"), ("x", HtmlText.Number(Share(lower))), ("y", "4.4"), ("width", HtmlText.Number(Math.Max(0.3, Share(upper) - Share(lower)))), ("height", "1.2"));
                }

                html.Empty("rect", ("class", "zero"), ("x", HtmlText.Number(Share(0))), ("y", "0"), ("width", "0.3"), ("height", "10"));
                html.Close().Leaf("span", $"{Percent(bar.Value)} {bar.Label}", ("class", "figure")).Close();
            }

            html.Close();
        }

        html.Close();
    }

    private static string Half(OverheadBar bar) => bar is { Lower: { } lower, Upper: { } upper } ? $", middle half {Percent(lower)} to {Percent(upper)}" : "";

    private static string Percent(double value) => (100 * value).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " %";
}
