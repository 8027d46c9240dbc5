namespace SelfHeal.Requests;

/// <summary>Bytes of a set, one after the other.</summary>
/// <param name="Set">Not empty.</param>
/// <param name="Minimum">Bytes at least, 0 to 1,000,000,000.</param>
/// <param name="Maximum">Bytes at most, 1 to 1,024; null: any number.</param>
public sealed record SetElement(ByteSet Set, int Minimum = 1, int? Maximum = 1) : PatternElement
{
    public override string ToString() => Set == ByteSet.All && Minimum == 0 && Maximum is null ? "*" : Set + Repeat(Minimum, Maximum);
}
