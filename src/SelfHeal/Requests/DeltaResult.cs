namespace SelfHeal.Requests;

/// <summary>What is left of a failing request.</summary>
/// <param name="Smallest">It still fails.</param>
/// <param name="IsMinimal">Without any one of its bytes it does not fail; false: the replays were used up before.</param>
/// <param name="Replays">How many it took.</param>
/// <param name="Elapsed">Their time.</param>
public sealed record DeltaResult(ReadOnlyMemory<byte> Smallest, bool IsMinimal, int Replays, TimeSpan Elapsed);
