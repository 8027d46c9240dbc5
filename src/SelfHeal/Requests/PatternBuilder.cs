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
        options ??= new PatternOptions();
        oracle.Allow(options.MaximumReplays);
        var notTried = new List<string>();
        var candidates = new List<PatternCandidate>();
        FailingExample general = await GeneraliseAsync(original.ToArray(), smallest, candidates, notTried, cancellationToken).ConfigureAwait(false);
        foreach (byte[] other in EncodedWord.Alternatives(smallest.Smallest.ToArray()))
        {
            if (await oracle.FailsAsync(other, cancellationToken).ConfigureAwait(false))
            {
                FailingExample same = await GeneraliseAsync(other, DeltaResult.Whole(other), candidates, notTried, cancellationToken).ConfigureAwait(false);
                candidates.AddRange(IsMatched(candidates, other) ? [] : [same.ToCandidate()]);
            }
            else if (oracle.Left == 0)
            {
                notTried.Add("The same words in another encoding were not tried.");
            }
        }

        IReadOnlyList<FailingExample> examples = await TransplantAsync(general, options.Others, candidates, notTried, cancellationToken).ConfigureAwait(false);
        candidates.AddRange(examples.Count > 1 || !IsMatched(candidates, original.Span) ? FailingExample.Candidates(examples) : []);
        if (!IsMatched(candidates, original.Span) && original.Length <= RequestPattern.MaximumText / 4)
        {
            candidates.Add(new PatternCandidate([PatternPart.Of([new FixedElement(original)])]));
        }

        return new PatternResult(
            original, candidates, [.. oracle.Failing], oracle.Replays - before, oracle.Elapsed - elapsed, [.. notTried.Distinct(StringComparer.Ordinal)]);
    }

    private static bool IsMatched(IEnumerable<PatternCandidate> candidates, ReadOnlySpan<byte> request)
    {
        foreach (PatternCandidate candidate in candidates)
        {
            if (candidate.ToPattern().Matches(request))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a candidate with what was measured; not where a replay tries one input and it does not match the request as it came, as
    /// little is measured then.</summary>
    /// <returns>The same, with anything where something was left out.</returns>
    private async Task<FailingExample> GeneraliseAsync(
        byte[] original, DeltaResult smallest, List<PatternCandidate> candidates, List<string> notTried, CancellationToken cancellationToken)
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
        PatternCandidate measured = new FailingExample(pieces, end).ToCandidate();
        FailingExample general = FailingExample.Of(bench, pieces, end);
        candidates.AddRange(oracle.TriesSeveral || IsMatched([measured], original) ? [measured] : []);
        return general;

        IEnumerable<int> Where(RequestPieceKind kind) => Enumerable.Range(0, pieces.Count).Where(i => pieces[i].Kind == kind);

        async Task StageAsync(string what, IEnumerable<int> indexes, Func<int, Task> experiment)
        {
            int refused = oracle.Refused;
            await oracle.TogetherAsync(indexes.Select(index => (Func<Task>)(() => experiment(index)))).ConfigureAwait(false);
            Note(what, refused, notTried);
        }
    }

    /// <summary>One candidate for each failing request that those before do not match: what is known of a part is known of the same part there.</summary>
    /// <returns>The first is the given one.</returns>
    private async Task<IReadOnlyList<FailingExample>> TransplantAsync(
        FailingExample general, IReadOnlyList<ReadOnlyMemory<byte>> others, IReadOnlyList<PatternCandidate> candidates, List<string> notTried, CancellationToken cancellationToken)
    {
        int refused = oracle.Refused;
        List<FailingExample> examples = [general];
        await new TransplantExperiment(oracle, others, cancellationToken).RunAsync(
            general.Pieces, request => IsMatched(FailingExample.Candidates(examples).Concat(candidates), request),
            async (request, pieces) =>
            {
                var bench = new PieceBench(oracle, pieces, request, cancellationToken);
                for (int i = 0; i < pieces.Count; i++)
                {
                    RequestPiece? same = general.Pieces.Find(one => one.Kind == pieces[i].Kind && one.Bytes.AsSpan().SequenceEqual(pieces[i].Bytes));
                    pieces[i].Part = same?.Part ?? await TextExperiment.RunBrieflyAsync(bench, i).ConfigureAwait(false);
                }

                examples.Add(FailingExample.Of(bench, pieces, null));
                FailingExample.ShareGaps(examples);
            }).ConfigureAwait(false);
        Note("the same at the words of other requests", refused, notTried);
        return examples;
    }

    private void Note(string what, int refused, List<string> notTried)
    {
        if (oracle.Refused > refused)
        {
            notTried.Add(string.Create(CultureInfo.InvariantCulture, $"Not all was tried of {what}: the replays were used up."));
        }
    }
}
