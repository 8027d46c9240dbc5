namespace SelfHeal.Requests;

/// <summary>What a failing request was generalised to.</summary>
/// <param name="Original">The failing request as it came.</param>
/// <param name="Candidates">A request is bad if one of them matches it.</param>
/// <param name="Failing">All inputs that were seen to fail: the pattern should match them.</param>
/// <param name="Replays">How many it took.</param>
/// <param name="Elapsed">Their time.</param>
/// <param name="NotTried">One sentence each on what was left out, as the replays were used up.</param>
public sealed record PatternResult(
    ReadOnlyMemory<byte> Original, IReadOnlyList<PatternCandidate> Candidates, IReadOnlyList<ReadOnlyMemory<byte>> Failing, int Replays, TimeSpan Elapsed,
    IReadOnlyList<string> NotTried)
{
    public IReadOnlyList<RequestPattern> Patterns => [.. Candidates.Select(candidate => candidate.ToPattern())];
}
