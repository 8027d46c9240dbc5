namespace SelfHeal.Patches;

/// <summary>An environment patch: docs/patch-format.md.</summary>
/// <param name="Modules">Modules that entries name.</param>
/// <param name="Entries">Entries in file order.</param>
public sealed record Patch(IReadOnlyList<PatchModule> Modules, IReadOnlyList<PatchEntry> Entries)
{
    public static Patch Empty { get; } = new([], []);

    public const int MaximumEntries = 256;
    public const int MaximumModules = 256;
    public const int MaximumDrops = 64;

    /// <summary>Patterns of all drops together.</summary>
    public const int MaximumPatterns = 64;

    /// <summary>The entries against overflows.</summary>
    public IEnumerable<PadEntry> Pads => Entries.OfType<PadEntry>();

    /// <summary>The entries against races.</summary>
    public IEnumerable<HoldEntry> Holds => Entries.OfType<HoldEntry>();

    /// <summary>The entries against bad requests.</summary>
    public IEnumerable<DropEntry> Drops => Entries.OfType<DropEntry>();

    public bool Equals(Patch? other) =>
        other is not null && Modules.SequenceEqual(other.Modules) && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => HashCode.Combine(Modules.Count, Entries.Count);
}
