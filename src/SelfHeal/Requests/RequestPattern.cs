using System.Globalization;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>What bad requests have in common: elements that follow each other, over one whole request. Matched by the
/// recorder in the same way (src/Recorder/pattern.c), in a time that is bounded for each pattern and request.</summary>
public sealed class RequestPattern : IEquatable<RequestPattern>
{
    public const int MaximumText = 4096;
    public const int MaximumElements = 64;
    private readonly CompiledPattern _compiled;

    /// <param name="elements">1 to 64.</param>
    /// <param name="minimumLength">Bytes that a request must have at least, 0 to 1,000,000,000.</param>
    /// <exception cref="FormatException">It is beyond the limits of docs/patch-format.md.</exception>
    public RequestPattern(IEnumerable<PatternElement> elements, int minimumLength = 0)
    {
        Elements = [.. elements];
        MinimumLength = minimumLength;
        _compiled = new CompiledPattern(this);
        int bytes = Encoding.ASCII.GetByteCount(ToString());
        if (bytes > MaximumText)
        {
            throw new FormatException($"The pattern is longer than {MaximumText:N0} bytes, namely {bytes:N0}.");
        }
    }

    public IReadOnlyList<PatternElement> Elements { get; }

    /// <summary>Bytes.</summary>
    public int MinimumLength { get; }

    /// <exception cref="FormatException">The text is no pattern.</exception>
    public static RequestPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PatternText.Parse(text);
    }

    /// <summary>Whether the pattern matches the whole of the request.</summary>
    public bool Matches(ReadOnlySpan<byte> request) => new PatternMatch(_compiled, request).Run();

    public bool Equals(RequestPattern? other) =>
        other is not null && MinimumLength == other.MinimumLength && Elements.SequenceEqual(other.Elements);

    public override bool Equals(object? obj) => Equals(obj as RequestPattern);

    public override int GetHashCode() => HashCode.Combine(Elements.Count, MinimumLength);

    public override string ToString() =>
        (MinimumLength > 0 ? string.Create(CultureInfo.InvariantCulture, $"length{{>={MinimumLength}}} ") : "") + string.Join(' ', Elements);
}
