namespace SelfHeal.Requests;

/// <summary>A part of a pattern, from the most general form that experiments allow to the most specific.</summary>
/// <param name="Levels">At least one; each a sequence of elements, which may be empty.</param>
public sealed record PatternPart(IReadOnlyList<IReadOnlyList<PatternElement>> Levels)
{
    /// <summary>Which level is used.</summary>
    public int Level { get; init; }

    public IReadOnlyList<PatternElement> Elements => Levels[Level];

    /// <summary>The next, more specific level; null: this is the last.</summary>
    public PatternPart? Narrower => Level + 1 < Levels.Count ? this with { Level = Level + 1 } : null;

    internal static PatternPart Of(params IReadOnlyList<PatternElement>[] levels) => new(levels);
}
