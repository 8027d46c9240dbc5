namespace SelfHeal.Requests;

/// <summary>Elements that come several times.</summary>
/// <param name="Members">Fixed bytes and sets, at least one byte of which cannot be left out.</param>
/// <param name="Minimum">Times at least, 0 to 1,000,000,000.</param>
/// <param name="Maximum">Times at most, 1 to 62; null: any number.</param>
public sealed record GroupElement(IReadOnlyList<PatternElement> Members, int Minimum, int? Maximum) : PatternElement
{
    public bool Equals(GroupElement? other) => other is not null && Minimum == other.Minimum && Maximum == other.Maximum
        && Members.SequenceEqual(other.Members);

    public override int GetHashCode() => HashCode.Combine(Members.Count, Minimum, Maximum);

    public override string ToString() => $"({string.Join(' ', Members)}){Repeat(Minimum, Maximum)}";
}
