namespace SelfHeal.Patches;

/// <summary>One change of the environment, for calls whose call stack begins with <see cref="Frames"/>:
/// a <see cref="PadEntry"/>, a <see cref="HoldEntry"/> or a <see cref="DropEntry"/>.</summary>
/// <param name="Frames">The key. Innermost first, 1 to 16; none: a drop of requests that are read anywhere.</param>
/// <param name="Comments">Comment lines that follow the entry, without the leading "# ".</param>
public abstract record PatchEntry(IReadOnlyList<PatchFrame> Frames, IReadOnlyList<string> Comments)
{
    public const int MaximumFrames = 16;

    /// <summary>The key as the file shows it, without the angle brackets.</summary>
    public string Key => Frames.Count == 0 ? DropEntry.Anywhere : string.Join(' ', Frames);

    /// <summary>The action's words in the file, without its number.</summary>
    public abstract string Action { get; }

    /// <summary>What follows the action in the entry's line. Internal: there are no other entries than ours.</summary>
    internal abstract string Argument { get; }

    /// <summary>Further lines of the entry.</summary>
    internal virtual IEnumerable<string> Lines => [];

    /// <summary>The recorder could not say which of the two counts. Entries of different actions match different
    /// calls and never overlap.</summary>
    public virtual bool Overlaps(PatchEntry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return EqualityContract == other.EqualityContract && Overlap(Frames, other.Frames);
    }

    public virtual bool Equals(PatchEntry? other) =>
        other is not null && EqualityContract == other.EqualityContract && Frames.SequenceEqual(other.Frames)
        && Comments.SequenceEqual(other.Comments);

    public override int GetHashCode() => HashCode.Combine(EqualityContract, Key);

    /// <summary>The entry's line of the file.</summary>
    public sealed override string ToString() => $"<{Key}> : {Action} {Argument}";

    /// <summary>One of the two keys begins with the whole of the other.</summary>
    internal static bool Overlap(IReadOnlyList<PatchFrame> left, IReadOnlyList<PatchFrame> right)
    {
        int common = Math.Min(left.Count, right.Count);
        return left.Take(common).SequenceEqual(right.Take(common));
    }
}
