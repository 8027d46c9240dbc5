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
    public static DeltaResult Whole(ReadOnlyMemory<byte> request) => new(request, [.. Enumerable.Range(0, request.Length)], false, 0, TimeSpan.Zero);
}
