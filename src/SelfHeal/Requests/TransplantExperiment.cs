namespace SelfHeal.Requests;

/// <summary>Puts what is wrong with a word of the failing request, as the number that is stuck to it, at the words of requests that did
/// no harm. Where that fails, the fault has other names, and stands at other places.</summary>
internal sealed class TransplantExperiment(FailureOracle oracle, IReadOnlyList<ReadOnlyMemory<byte>> others, CancellationToken cancellationToken)
{
    private const int FewWords = 64, ManyWords = 400; // of the others, where a replay tries one and where it tries several
    private const int Surroundings = 10; // of a word that fails
    private const int MostRestored = 80; // bytes
    private const int MostDifficult = 1; // that takes many replays

    /// <param name="pieces">Of the smallest request, with what experiments made of them.</param>
    /// <param name="isKnown">Whether a failing request is matched already.</param>
    /// <param name="found">Takes a request that fails and is not, and what of it is enough.</param>
    public async Task RunAsync(IReadOnlyList<RequestPiece> pieces, Func<byte[], bool> isKnown, Func<byte[], List<RequestPiece>, Task> found)
    {
        foreach (int index in Enumerable.Range(0, pieces.Count).Where(i => IsNeededWord(pieces[i])))
        {
            var (first, last) = Stuck(pieces, index);
            if (pieces.Skip(first).Take(last - first + 1).All(piece => piece.Kind == RequestPieceKind.Text))
            {
                continue;
            }

            List<MarkedRequest> difficult = [];
            foreach (MarkedRequest marked in await FailingAsync(pieces, index, first, last).ConfigureAwait(false))
            {
                if (isKnown(marked.Bytes))
                {
                    continue;
                }

                if (await EnoughAsync(marked, Same(pieces, first, index, last, marked), first).ConfigureAwait(false) is { } enough)
                {
                    await found(marked.Bytes, enough).ConfigureAwait(false);
                }
                else
                {
                    difficult.Add(marked);
                }
            }

            foreach (MarkedRequest marked in difficult.Where(marked => !isKnown(marked.Bytes)).Take(MostDifficult))
            {
                DeltaResult small = await new DeltaDebugger(oracle).LeaveOutWordsAsync(marked.Bytes, cancellationToken).ConfigureAwait(false);
                await (oracle.Left == 0 ? Task.CompletedTask : found(marked.Bytes, RequestPiece.Cut(small))).ConfigureAwait(false); // else it is hardly smaller
            }
        }
    }

    /// <summary>All frequent words in the shortest request and in the most frequent surroundings; those that fail, in others, too.</summary>
    private async Task<IReadOnlyList<MarkedRequest>> FailingAsync(IReadOnlyList<RequestPiece> pieces, int index, int first, int last)
    {
        byte[][] needed = [.. pieces.Where((piece, i) => i != index && IsNeededWord(piece)).Select(piece => piece.Bytes)];
        IReadOnlyList<MarkedRequest>[] words = [.. MarkedRequest.Of(others, needed, Joined(first, index), Joined(index + 1, last + 1)).Take(oracle.TriesSeveral ? ManyWords : FewWords)];
        List<MarkedRequest> tried = [.. words.SelectMany(same => (MarkedRequest[])[same.MinBy(marked => marked.Request.Length)!, same[0]]).Distinct()];
        List<MarkedRequest> failing = await FailingAsync(tried).ConfigureAwait(false);
        List<MarkedRequest> elsewhere = [.. words.Where(same => same.Any(failing.Contains)).SelectMany(same => same.Take(Surroundings)).Except(tried)];
        return [.. failing, .. await FailingAsync(elsewhere).ConfigureAwait(false)];

        byte[] Joined(int begin, int end) => [.. pieces.Take(begin..end).SelectMany(piece => piece.Bytes)];
    }

    private async Task<List<MarkedRequest>> FailingAsync(List<MarkedRequest> all)
    {
        bool[] fails = await FailAsync([.. all.Select(marked => marked.Bytes)]).ConfigureAwait(false);
        return [.. all.Where((marked, i) => fails[i])];
    }

    private async Task<bool[]> FailAsync(IReadOnlyList<byte[]> inputs)
    {
        bool[] fails = new bool[inputs.Count];
        await oracle.TogetherAsync(inputs.Select((input, i) => (Func<Task>)(async () =>
            fails[i] = await oracle.FailsAsync(input, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        return fails;
    }

    /// <summary>The pieces if they fail; else with what stood at one place between them, as near to the mark as it can be. Null: neither fails.</summary>
    private async Task<List<RequestPiece>?> EnoughAsync(MarkedRequest marked, List<RequestPiece> same, int first)
    {
        if ((await FailAsync([Bytes(same)]).ConfigureAwait(false))[0])
        {
            return same;
        }

        List<List<RequestPiece>> restored = [.. Enumerable.Range(1, same.Count - 1).OrderBy(i => Math.Abs(i - first)).Select(Restored).OfType<List<RequestPiece>>()];
        bool[] fails = await FailAsync([.. restored.Select(Bytes)]).ConfigureAwait(false);
        return Array.IndexOf(fails, true) is var at and >= 0 ? restored[at] : null;

        List<RequestPiece>? Restored(int i)
        {
            int begin = same[i - 1].End, length = same[i].Begin - begin;
            return length is <= 0 or > MostRestored ? null
                : [.. same.Take(i), .. RequestPiece.Cut(DeltaResult.Whole(marked.Bytes.AsMemory(begin, length), begin)), .. same.Skip(i)];
        }

        static byte[] Bytes(List<RequestPiece> pieces) => [.. pieces.SelectMany(piece => piece.Bytes)];
    }

    /// <summary>The pieces where they stand in another request, from the mark outward, each as near as it can; those that are nowhere are left out.</summary>
    private static List<RequestPiece> Same(IReadOnlyList<RequestPiece> pieces, int first, int index, int last, MarkedRequest marked)
    {
        var same = new List<RequestPiece>();
        int at = marked.Begin;
        for (int i = first; i <= last; at = same[^1].End, i++)
        {
            same.Add(i == index ? pieces[i].At(at, marked.Word) : pieces[i].At(at));
        }

        foreach (RequestPiece piece in pieces.Skip(last + 1))
        {
            int there = marked.Bytes.AsSpan(at).IndexOf(piece.Bytes);
            if (there >= 0)
            {
                same.Add(piece.At(at + there));
                at = same[^1].End;
            }
        }

        at = marked.Begin;
        foreach (RequestPiece piece in pieces.Take(first).Reverse())
        {
            int there = marked.Bytes.AsSpan(0, at).LastIndexOf(piece.Bytes);
            if (there >= 0)
            {
                same.Insert(0, piece.At(there));
                at = there;
            }
        }

        return same;
    }

    private static bool IsNeededWord(RequestPiece piece) => piece.Kind == RequestPieceKind.Text && piece.Part.Levels[0] is [FixedElement]
        && char.IsAsciiLetter((char)piece.Bytes[0]);

    /// <summary>The first and the last piece of what stands at the word without a blank, a quote, a bracket or a sign that separates.</summary>
    private static (int First, int Last) Stuck(IReadOnlyList<RequestPiece> pieces, int index)
    {
        int first = index, last = index;
        while (first > 0 && pieces[first - 1].End == pieces[first].Begin && IsStuck(pieces[first - 1]))
        {
            first--;
        }

        while (last + 1 < pieces.Count && pieces[last].End == pieces[last + 1].Begin && IsStuck(pieces[last + 1]))
        {
            last++;
        }

        return (first, last);
    }

    private static bool IsStuck(RequestPiece piece) => piece.Bytes.All(MarkedRequest.IsOfWord)
        || piece.Bytes is [(byte)'*' or (byte)'%' or (byte)'#' or (byte)'$' or (byte)'+' or (byte)'~'];
}
