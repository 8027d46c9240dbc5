using System.Text;

namespace SelfHeal.Reports.Html;

/// <summary>Cuts texts so that they fit in a picture, where nothing wraps by itself.</summary>
internal static class TextLines
{
    private const char Ellipsis = '…';

    /// <summary>Lines of at most so many columns; the last one is shortened if that is not enough.</summary>
    public static IReadOnlyList<string> Wrap(string text, double columns, int most)
    {
        List<string> lines = [];
        string rest = text.ReplaceLineEndings(" ").Trim();
        while (Columns(rest) > columns && lines.Count < most - 1)
        {
            int fits = Fitting(rest, columns);
            int space = rest.LastIndexOf(' ', fits - 1, fits);
            int cut = space > fits / 2 ? space : fits;
            lines.Add(rest[..cut].TrimEnd());
            rest = rest[cut..].TrimStart();
        }

        return [.. lines, Shorten(rest, columns)];
    }

    public static string Shorten(string text, double columns) =>
        Columns(text) <= columns ? text : text[..Fitting(text, columns - 1)] + Ellipsis;

    private static double Columns(string text) => text.EnumerateRunes().Sum(Columns);

    /// <summary>How much wider than most letters; what is not ASCII may be as wide as two, and controls become escapes.</summary>
    private static double Columns(Rune rune) => rune.Value switch
    {
        'W' or 'M' or 'm' or 'w' or '@' or '%' => 1.7,
        (>= 'A' and <= 'Z') or '<' or '>' or '=' or '+' or '#' or '~' or '&' => 1.35,
        >= ' ' and < 127 => 1,
        _ => Rune.IsLetter(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) ? 2 : 10,
    };

    /// <summary>Characters, at least one, that take at most so many columns; never half a pair of surrogates.</summary>
    private static int Fitting(string text, double columns)
    {
        int at = 0;
        double taken = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            taken += Columns(rune);
            if (taken > columns && at > 0)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return Math.Clamp(at, Math.Min(1, text.Length), text.Length);
    }
}
