using System.Text;

namespace SelfHeal.Requests;

/// <summary>Fixed bytes.</summary>
/// <param name="Bytes">At least one.</param>
/// <param name="IgnoreCase">A-Z and a-z are the same.</param>
public sealed record FixedElement(ReadOnlyMemory<byte> Bytes, bool IgnoreCase = false) : PatternElement
{
    /// <param name="text">ASCII text.</param>
    /// <param name="ignoreCase">A-Z and a-z are the same.</param>
    public FixedElement(string text, bool ignoreCase = false)
        : this(Encoding.Latin1.GetBytes(text), ignoreCase)
    {
    }

    public bool Equals(FixedElement? other) =>
        other is not null && IgnoreCase == other.IgnoreCase && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode() => HashCode.Combine(Bytes.Length, IgnoreCase);

    public override string ToString() => QuotedText.Write(Bytes.Span) + (IgnoreCase ? "i" : "");
}
