namespace SelfHeal.Requests;

/// <summary>What is left of a failing request.</summary>
/// <param name="Smallest">It still fails.</param>
/// <param name="Origins">Where each of its bytes stood in the request, though it may be another byte now: ascending.</param>
/// <param name="IsMinimal">Without any one of its bytes it does not fail; false: the replays were used up before.</param>
/// <param name="Replays">How many it took.</param>
/// <param name="Elapsed">Their time.</param>
public sealed record DeltaResult(ReadOnlyMemory<byte> Smallest, IReadOnlyList<int> Origins, bool IsMinimal, int Replays, TimeSpan Elapsed)
{
    /// <summary>All of it.</summary>
    /// <param name="bytes">A request, or a stretch of one.</param>
    /// <param name="begin">Where the stretch stands in it.</param>
    public static DeltaResult Whole(ReadOnlyMemory<byte> bytes, int begin = 0) => new(bytes, [.. Enumerable.Range(begin, bytes.Length)], false, 0, TimeSpan.Zero);
}
