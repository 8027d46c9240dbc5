namespace SelfHeal.Requests;

/// <summary>How a failing request is generalised.</summary>
public sealed class PatternOptions
{
    /// <summary>Replays that experiments may take.</summary>
    public int MaximumReplays { get; init; } = 300;

    /// <summary>Requests that did no harm: the fault is tried in them, too.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Others { get; init; } = [];
}
