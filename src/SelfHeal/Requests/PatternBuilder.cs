using System.Globalization;

namespace SelfHeal.Requests;

/// <summary>Finds by experiments what the smallest failing request has in common with others that fail: what may be
/// other bytes, more often, a larger number, in other places, or encoded otherwise.</summary>
/// <param name="oracle">Whether an input still fails.</param>
public sealed class PatternBuilder(FailureOracle oracle)
{
    /// <param name="original">The failing request as it came.</param>
    /// <param name="smallest">The same, made small (<see cref="DeltaDebugger"/>).</param>
    /// <param name="options">How many replays; null: the defaults.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<PatternResult> BuildAsync(
        ReadOnlyMemory<byte> original, DeltaResult smallest, PatternOptions? options = null, CancellationToken cancellationToken = default)
    {
        int before = oracle.Replays;
        TimeSpan elapsed = oracle.Elapsed;
        oracle.Allow((options ?? new PatternOptions()).MaximumReplays);
        var notTried = new List<string>();
        var candidates = new List<PatternCandidate>();
        candidates.AddRange(await GeneraliseAsync(original.ToArray(), smallest, notTried, cancellationToken).ConfigureAwait(false));
        foreach (byte[] other in EncodedWord.Alternatives(smallest.Smallest.ToArray()))
        {
            if (await oracle.FailsAsync(other, cancellationToken).ConfigureAwait(false))
            {
                candidates.AddRange(await GeneraliseAsync(other, DeltaResult.Whole(other), notTried, cancellationToken).ConfigureAwait(false));
            }
            else if (oracle.Left == 0)
            {
                notTried.Add("The same words in another encoding were not tried.");
            }
        }

        if (!candidates.Exists(candidate => candidate.ToPattern().Matches(original.Span)) && original.Length <= RequestPattern.MaximumText / 4)
        {
            candidates.Add(new PatternCandidate([PatternPart.Of([new FixedElement(original)])]));
        }

        return new PatternResult(
            original, candidates, [.. oracle.Failing], oracle.Replays - before, oracle.Elapsed - elapsed, [.. notTried.Distinct(StringComparer.Ordinal)]);
    }

    /// <returns>One; and where it does not match the request as it came, one more, with anything where something was left out.</returns>
    private async Task<IReadOnlyList<PatternCandidate>> GeneraliseAsync(
        byte[] original, DeltaResult smallest, List<string> notTried, CancellationToken cancellationToken)
    {
        List<RequestPiece> pieces = RequestPiece.Cut(smallest);
        var bench = new PieceBench(oracle, pieces, original, cancellationToken);
        string lineEnd = original.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        PatternPart? end = null;
        await StageAsync("how often parts are repeated", Where(RequestPieceKind.Run), async i =>
            pieces[i].Part = await RunExperiment.RunAsync(bench, i, original).ConfigureAwait(false)).ConfigureAwait(false);
        await StageAsync("bounds of numbers", Where(RequestPieceKind.Number), async i =>
            pieces[i].Part = await NumberExperiment.RunAsync(bench, i).ConfigureAwait(false)).ConfigureAwait(false);
        await StageAsync("what may stand behind the request", [pieces.Count], async i =>
            end = await GapExperiment.RunAsync(bench, i, lineEnd).ConfigureAwait(false)).ConfigureAwait(false);
        await StageAsync("other words", Where(RequestPieceKind.Text), async i =>
            pieces[i].Part = await TextExperiment.RunAsync(bench, i).ConfigureAwait(false)).ConfigureAwait(false);
        IEnumerable<int> gaps = Enumerable.Range(0, pieces.Count).OrderBy(i => i > 0 && pieces[i - 1].Bytes[^1] != '\n');
        await StageAsync("what may stand between the parts", gaps, async i =>
            pieces[i].Gap = await GapExperiment.RunAsync(bench, i, lineEnd).ConfigureAwait(false)).ConfigureAwait(false);
        await StageAsync("other bytes in what is repeated", Where(RequestPieceKind.Run).Where(i => pieces[i].Unit > 1), async i =>
            pieces[i].Part = await RunExperiment.WidenAsync(bench, i).ConfigureAwait(false)).ConfigureAwait(false);
        PatternCandidate candidate = Joined(piece => piece.Gap, end);
        return candidate.ToPattern().Matches(original) ? [candidate]
            : [candidate, Joined(piece => GapExperiment.AsItStood(bench, pieces.IndexOf(piece)) ?? piece.Gap, GapExperiment.AsItStood(bench, pieces.Count) ?? end)];

        PatternCandidate Joined(Func<RequestPiece, PatternPart?> gap, PatternPart? behind) => new([
            .. pieces.SelectMany(piece => gap(piece) is { } before ? (PatternPart[])[before, piece.Part] : [piece.Part]), .. behind is null ? Array.Empty<PatternPart>() : [behind]]);

        IEnumerable<int> Where(RequestPieceKind kind) => Enumerable.Range(0, pieces.Count).Where(i => pieces[i].Kind == kind);

        async Task StageAsync(string what, IEnumerable<int> indexes, Func<int, Task> experiment)
        {
            int refused = oracle.Refused;
            await oracle.TogetherAsync(indexes.Select(index => (Func<Task>)(() => experiment(index)))).ConfigureAwait(false);
            if (oracle.Refused > refused)
            {
                notTried.Add(string.Create(CultureInfo.InvariantCulture, $"Not all was tried of {what}: the replays were used up."));
            }
        }
    }
}
