using System.Text;

namespace SelfHeal.Terminals;

/// <summary>What a terminal showed at one moment.</summary>
/// <param name="Lines">One for each row, without the blanks at its end.</param>
/// <param name="Columns">Width.</param>
/// <param name="CursorRow">From 0.</param>
/// <param name="CursorColumn">From 0.</param>
public sealed record TerminalScreen(IReadOnlyList<string> Lines, int Columns, int CursorRow, int CursorColumn)
{
    /// <summary>All lines, with LF between them.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>The text is in one of the lines, or in several where it holds LF. Blanks at its end are found behind a line.</summary>
    public bool Contains(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains('\n', StringComparison.Ordinal)
            ? Text.Contains(string.Join('\n', text.Split('\n').Select(line => line.TrimEnd(' '))), StringComparison.Ordinal)
            : Lines.Any(line => line.PadRight(Columns).Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The lines down to the last that is not empty, each behind a bar.</summary>
    public override string ToString()
    {
        int last = Lines.Count;
        while (last > 0 && Lines[last - 1].Length == 0)
        {
            last--;
        }

        return Lines.Take(last).Aggregate(new StringBuilder(), (text, line) => text.Append("  | ").Append(line).Append('\n')).ToString();
    }
}
