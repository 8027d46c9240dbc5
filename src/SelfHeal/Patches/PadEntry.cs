namespace SelfHeal.Patches;

/// <summary>Allocations whose call stack begins with <see cref="Frames"/> get more room: SIZE becomes
/// SIZE + max(SIZE, <see cref="Bytes"/>).</summary>
/// <param name="Frames">Innermost first, 1 to 16.</param>
/// <param name="Bytes">0 to 1,073,741,824.</param>
/// <param name="Comments">Comment lines that follow the entry, without the leading "# ".</param>
public sealed record PadEntry(IReadOnlyList<PatchFrame> Frames, long Bytes, IReadOnlyList<string> Comments)
{
    public const long MaximumBytes = 1L << 30;
    public const int MaximumFrames = 16;

    /// <summary>The key as the file shows it, without the angle brackets.</summary>
    public string Key => string.Join(' ', Frames);

    public bool Equals(PadEntry? other) =>
        other is not null && Bytes == other.Bytes && Frames.SequenceEqual(other.Frames)
        && Comments.SequenceEqual(other.Comments);

    public override int GetHashCode() => HashCode.Combine(Bytes, Key);
}
