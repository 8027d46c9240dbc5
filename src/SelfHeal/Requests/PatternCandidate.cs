namespace SelfHeal.Requests;

/// <summary>A pattern that can still be narrowed.</summary>
/// <param name="Parts">In order.</param>
public sealed record PatternCandidate(IReadOnlyList<PatternPart> Parts)
{
    /// <summary>It is within the limits of a pattern.</summary>
    internal bool IsPattern
    {
        get
        {
            try
            {
                return ToPattern().Elements.Count > 0;
            }
            catch (FormatException)
            {
                return false;
            }
        }
    }

    /// <summary>The pattern, neighbours of one kind put together.</summary>
    /// <exception cref="FormatException">It is beyond the limits of a pattern.</exception>
    public RequestPattern ToPattern()
    {
        var elements = new List<PatternElement>();
        foreach (PatternElement element in Parts.SelectMany(part => part.Elements))
        {
            PatternElement? joined = elements.Count > 0 ? Join(elements[^1], element) : null;
            if (joined is not null)
            {
                elements[^1] = joined;
            }
            else
            {
                elements.Add(element);
            }
        }

        return new RequestPattern(elements);
    }

    private static PatternElement? Join(PatternElement left, PatternElement right) => (left, right) switch
    {
        (FixedElement a, FixedElement b) when a.IgnoreCase == b.IgnoreCase || !HasLetter(a) || !HasLetter(b)
            => new FixedElement((byte[])[.. a.Bytes.Span, .. b.Bytes.Span], a.IgnoreCase || b.IgnoreCase),
        (SetElement { Maximum: null } a, SetElement { Maximum: null } b) when a.Set == b.Set
            => new SetElement(a.Set, a.Minimum + b.Minimum, null),
        _ => null,
    };

    private static bool HasLetter(FixedElement element) => element.Bytes.Span.ContainsAnyInRange((byte)'A', (byte)'Z')
        || element.Bytes.Span.ContainsAnyInRange((byte)'a', (byte)'z');
}
