namespace SelfHeal.Requests;

/// <summary>How often a unit must be repeated, whether more often fails too, and of which bytes it may be.</summary>
internal static class RunExperiment
{
    private const int FewBytes = 4; // in a run of so few kinds, others may stand between

    public static async Task<PatternPart> RunAsync(PieceBench bench, int index, byte[] original)
    {
        RequestPiece piece = bench.Pieces[index];
        int count = piece.Count, smallest = count;
        Task<bool> Fails(long times) => bench.WithAsync(index, piece.Repeated((int)times));
        if (await Fails(count - 1).ConfigureAwait(false))
        {
            smallest = (int)await PieceBench.BoundaryAsync(count - 1, 0, Fails).ConfigureAwait(false);
        }

        PatternElement[] exact = [new FixedElement(piece.Bytes)];
        bool more = await MoreAsync(bench, index).ConfigureAwait(false);
        PatternElement same = Unit(piece, null, smallest);
        if (!more)
        {
            return PatternPart.Of(exact);
        }

        if (piece.Unit > 1)
        {
            return PatternPart.Of([same], exact);
        }

        ByteSet[] sets = await SetsAsync(bench, index).ConfigureAwait(false);
        if (sets[0].Count <= FewBytes && await FillerAsync(bench, index, sets[0]).ConfigureAwait(false) is { } filler)
        {
            SetElement one = new(sets[0]);
            return PatternPart.Of([new GroupElement([one, new SetElement(filler, 0, null)], smallest, null)], [one with { Minimum = smallest, Maximum = null }], [same], exact);
        }

        ByteSet inner = await InnerAsync(bench, index, sets[0]).ConfigureAwait(false);
        int longest = Math.Max(smallest, Longest(original, inner));
        return PatternPart.Of(Between(sets[0], inner, smallest), Between(sets[0], inner, longest), Between(sets[0], sets[0], smallest), [same], exact);
    }

    /// <summary>Other bytes in the unit of a run, at the end, as it takes many replays.</summary>
    public static async Task<PatternPart> WidenAsync(PieceBench bench, int index)
    {
        RequestPiece piece = bench.Pieces[index];
        if (piece.Part.Elements is not [GroupElement group])
        {
            return piece.Part;
        }

        ByteSet[] sets = await SetsAsync(bench, index).ConfigureAwait(false);
        return new PatternPart([[Unit(piece, sets, group.Minimum)], .. piece.Part.Levels]);
    }

    /// <summary>What may stand within the run, but not at its ends, where it may be stripped.</summary>
    private static async Task<ByteSet> InnerAsync(PieceBench bench, int index, ByteSet ends)
    {
        byte[] run = bench.Pieces[index].Bytes;
        return run.Length < 4 ? ends : await FreeBytes.FindAsync(run.Length - 2, ends, some =>
            bench.WithAsync(index, [run[0], .. Enumerable.Range(0, run.Length - 2).Select(i => some[i % some.Length]), run[^1]])).ConfigureAwait(false);
    }

    private static IReadOnlyList<PatternElement> Between(ByteSet ends, ByteSet inner, int minimum) => ends == inner || minimum < 3
        ? [new SetElement(ends, minimum, null)] : [new SetElement(ends), new SetElement(inner, minimum - 2, null), new SetElement(ends)];

    /// <summary>Bytes of the longest run of the set's in the request as it came.</summary>
    private static int Longest(byte[] request, ByteSet set)
    {
        int longest = 0, length = 0;
        foreach (byte value in request)
        {
            length = set.Contains(value) ? length + 1 : 0;
            longest = Math.Max(longest, length);
        }

        return longest;
    }

    /// <summary>More often fails too; if need be together with another run, as with parentheses.</summary>
    private static async Task<bool> MoreAsync(PieceBench bench, int index)
    {
        RequestPiece piece = bench.Pieces[index];
        if (await bench.WithAsync(index, piece.Repeated(piece.Count + 1)).ConfigureAwait(false)
            && await bench.WithAsync(index, piece.Repeated((2 * piece.Count) + 1)).ConfigureAwait(false))
        {
            return true;
        }

        for (int other = 0; other < bench.Pieces.Count; other++)
        {
            RequestPiece second = bench.Pieces[other];
            if (other != index && second.Kind == RequestPieceKind.Run
                && await bench.WithAsync((index, piece.Repeated(piece.Count + 1)), (other, second.Repeated(second.Count + 1))).ConfigureAwait(false)
                && await bench.WithAsync((index, piece.Repeated(piece.Count * 3)), (other, second.Repeated(second.Count + (2 * piece.Count)))).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What may stand between the repeats, without their own bytes; null: nothing.</summary>
    private static async Task<ByteSet?> FillerAsync(PieceBench bench, int index, ByteSet own)
    {
        RequestPiece piece = bench.Pieces[index];
        foreach (byte[] filler in (byte[][])[[.. "kZ4 _,;.:=+-*/!@#$%&?|~^"u8.ToArray().Where(value => !own.Contains(value))], "kZ4 "u8.ToArray(), " "u8.ToArray()])
        {
            byte[] filled = [.. Enumerable.Range(0, piece.Count).SelectMany(_ => (byte[])[.. piece.Bytes[..piece.Unit], .. filler])];
            if (await bench.WithAsync(index, filled).ConfigureAwait(false))
            {
                ByteSet words = filler.Length == 1 ? default
                    : ByteSet.Range('a', 'z').Union(ByteSet.Range('A', 'Z')).Union(ByteSet.Range('0', '9'));
                return ByteSet.Of(filler).Union(words).Except(own);
            }
        }

        return null;
    }

    /// <summary>Per byte of the unit, what could stand there in all repeats.</summary>
    private static async Task<ByteSet[]> SetsAsync(PieceBench bench, int index)
    {
        RequestPiece piece = bench.Pieces[index];
        var sets = new ByteSet[piece.Unit];
        for (int place = 0; place < piece.Unit; place++)
        {
            int at = place;
            sets[place] = await FreeBytes.FindAsync(piece.Count, ByteSet.Of([piece.Bytes[place]]), some =>
            {
                byte[] changed = [.. piece.Bytes];
                for (int i = 0; i < piece.Count; i++)
                {
                    changed[(i * piece.Unit) + at] = some[i % some.Length];
                }

                return bench.WithAsync(index, changed);
            }, piece.Unit == 1 ? 14 : 4, bench.Hints).ConfigureAwait(false);
        }

        return sets;
    }

    private static PatternElement Unit(RequestPiece piece, ByteSet[]? sets, int minimum) => piece.Unit == 1
        ? new SetElement(sets?[0] ?? ByteSet.Of([piece.Bytes[0]]), minimum, null)
        : sets is null || sets.All(set => set.Count == 1) ? new GroupElement([Fixed(piece)], minimum, null)
        : new GroupElement([.. sets.Select(set => new SetElement(set))], minimum, null);

    private static FixedElement Fixed(RequestPiece piece) => new(piece.Bytes.AsMemory(0, piece.Unit));
}
