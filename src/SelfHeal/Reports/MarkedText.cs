using System.Globalization;
using System.Text;
using SelfHeal.Requests;

namespace SelfHeal.Reports;

/// <summary>A part of a request as a patch has bytes.</summary>
/// <param name="Text">With escapes, without quotes.</param>
/// <param name="IsMarked">A pattern insists on it.</param>
/// <param name="IsGap">It says what was left out.</param>
internal sealed record MarkedText(string Text, bool IsMarked, bool IsGap = false)
{
    private const int Longest = 240; // bytes of a part that are shown
    private const int Head = 140;
    private const int Tail = 60;

    /// <summary>Cut where the first pattern that matches begins and ends to insist on bytes.</summary>
    public static IReadOnlyList<MarkedText> Of(ReadOnlyMemory<byte> request, IReadOnlyList<RequestPattern> patterns)
    {
        bool[] marks = patterns.Select(pattern => PatternMarks.Of(pattern, request.Span)).FirstOrDefault(found => found is not null)
            ?? new bool[request.Length];
        List<MarkedText> parts = [];
        for (int start = 0, end; start < request.Length; start = end)
        {
            for (end = start + 1; end < request.Length && marks[end] == marks[start]; end++)
            {
            }

            Add(parts, request.Span[start..end], marks[start]);
        }

        return parts;
    }

    private static void Add(List<MarkedText> parts, ReadOnlySpan<byte> bytes, bool isMarked)
    {
        if (bytes.Length <= Longest)
        {
            parts.Add(new MarkedText(Escaped(bytes), isMarked));
            return;
        }

        parts.Add(new MarkedText(Escaped(bytes[..Head]), isMarked));
        parts.Add(new MarkedText(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length - Head - Tail:N0} bytes left out"), isMarked, IsGap: true));
        parts.Add(new MarkedText(Escaped(bytes[^Tail..]), isMarked));
    }

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes)
        {
            QuotedText.WriteByte(text, value, "\"\\");
        }

        return text.ToString();
    }
}
