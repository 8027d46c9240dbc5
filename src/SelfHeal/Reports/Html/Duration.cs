using System.Globalization;

namespace SelfHeal.Reports.Html;

/// <summary>Times for people.</summary>
internal static class Duration
{
    public static string Text(double seconds) => seconds switch
    {
        < 0.0095 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0} ms"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:N1} s"),
    };
}
