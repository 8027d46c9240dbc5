using System.Globalization;
using System.Text;

namespace SelfHeal.Reports.Html;

/// <summary>Writes HTML that is XML, too. All text and all values of attributes are escaped here: what comes from outside (output of
/// programs, names, bytes of requests) cannot become markup, and cannot change the order of characters on the screen.</summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> Lines = new(StringComparer.Ordinal)
    {
        "p", "li", "ul", "ol", "dl", "div", "section", "article", "header", "footer", "main", "nav", "figure", "figcaption", "table", "thead",
        "tbody", "tr", "svg", "g", "pre", "h1", "h2", "h3", "h4", "style", "head", "title", "meta", "body",
    };

    private static readonly char[] Signs = ['_', '.', '/'];
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    public HtmlText Open(string tag, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(tag, attributes);
        _text.Append('>');
        _open.Push(tag);
        return this;
    }

    /// <summary>Closes what was opened last.</summary>
    public HtmlText Close()
    {
        string tag = _open.Pop();
        _text.Append("</").Append(tag).Append('>').Append(Lines.Contains(tag) ? "\n" : "");
        return this;
    }

    public HtmlText Text(string text)
    {
        Escape(_text, text);
        return this;
    }

    /// <summary>An element with nothing but text.</summary>
    public HtmlText Leaf(string tag, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(tag, attributes).Text(text).Close();

    /// <summary>An element with a name or a path, which may break behind its signs.</summary>
    public HtmlText Name(string tag, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(tag, attributes);
        for (int start = 0, end; start < name.Length; start = end)
        {
            end = name.IndexOfAny(Signs, start) is var at and >= 0 ? at + 1 : name.Length;
            Text(name[start..end]);
            _ = end < name.Length ? Empty("wbr") : this;
        }

        return Close();
    }

    /// <summary>An element without content.</summary>
    public HtmlText Empty(string tag, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(tag, attributes);
        _text.Append(" />").Append(Lines.Contains(tag) ? "\n" : "");
        return this;
    }

    /// <summary>Our own text as it is: the style sheet.</summary>
    public HtmlText Raw(string text)
    {
        _text.Append(text);
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>A number as attributes have it.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Start(string tag, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            _text.Append(' ').Append(name).Append("=\"");
            Escape(_text, value);
            _text.Append('"');
        }
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (Rune rune in value.ReplaceLineEndings("\n").EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                '\n' or '\t' => text.Append((char)rune.Value),
                _ when IsUnseen(rune) => text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"),
                _ => text.Append(rune.ToString()),
            };
        }
    }

    /// <summary>Controls, what changes the direction of text, and what is no character.</summary>
    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || (rune.Value & 0xfffe) == 0xfffe;
}
