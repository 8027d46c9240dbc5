namespace SelfHeal.Requests;

/// <summary>Whether a word, a blank or a punctuation mark must be as it is.</summary>
internal static class TextExperiment
{
    private static readonly ByteSet Blanks = ByteSet.Of(" \t"u8.ToArray());

    public static Task<PatternPart> RunAsync(PieceBench bench, int index)
    {
        byte first = bench.Pieces[index].Bytes[0];
        return first is (byte)' ' or (byte)'\t' ? BlankAsync(bench, index) : first == '\n' ? LineEndAsync(bench, index)
            : char.IsAsciiLetter((char)first) ? WordAsync(bench, index) : FreeAsync(bench, index);
    }

    /// <summary>With two questions at most: a word may be any other, or in other letters' case; all else is as it is.</summary>
    public static async Task<PatternPart> RunBrieflyAsync(PieceBench bench, int index)
    {
        byte[] word = bench.Pieces[index].Bytes;
        PatternElement[] exact = [new FixedElement(word)];
        return !char.IsAsciiLetter((char)word[0]) ? PatternPart.Of(exact)
            : await bench.WithAsync(index, [.. word.Select(Other)]).ConfigureAwait(false) ? PatternPart.Of([new SetElement(bench.InLine, 0, null)], exact)
            : await OtherCaseAsync(bench, index).ConfigureAwait(false);
    }

    private static async Task<PatternPart> BlankAsync(PieceBench bench, int index)
    {
        PatternElement[] exact = [new FixedElement(bench.Pieces[index].Bytes)];
        return await bench.WithAsync(index, "\t "u8.ToArray()).ConfigureAwait(false) && await bench.WithAsync(index, "   "u8.ToArray()).ConfigureAwait(false)
            ? PatternPart.Of([new SetElement(Blanks, 1, null)], exact) : PatternPart.Of(exact);
    }

    private static async Task<PatternPart> LineEndAsync(PieceBench bench, int index)
    {
        bool hasReturn = index > 0 && bench.Pieces[index - 1].Bytes is [(byte)'\r'];
        PatternElement[] exact = [new FixedElement("\n")];
        return !hasReturn && await bench.WithAsync(index, "\r\n"u8.ToArray()).ConfigureAwait(false)
            ? PatternPart.Of([new SetElement(ByteSet.Of("\r"u8.ToArray()), 0, 1), .. exact], exact) : PatternPart.Of(exact);
    }

    /// <summary>Another word altogether, or the same in other letters' case.</summary>
    private static async Task<PatternPart> WordAsync(PieceBench bench, int index)
    {
        byte[] word = bench.Pieces[index].Bytes;
        PatternElement[] exact = [new FixedElement(word)];
        if (await bench.WithAsync(index, [.. word.Select(Other)]).ConfigureAwait(false))
        {
            return await FreeAsync(bench, index).ConfigureAwait(false);
        }

        return await OtherCaseAsync(bench, index).ConfigureAwait(false);
    }

    private static async Task<PatternPart> OtherCaseAsync(PieceBench bench, int index)
    {
        byte[] word = bench.Pieces[index].Bytes, flipped = [.. word.Select(value => char.IsAsciiLetter((char)value) ? (byte)(value ^ 32) : value)];
        PatternElement[] exact = [new FixedElement(word)];
        return await bench.WithAsync(index, flipped).ConfigureAwait(false) ? PatternPart.Of([new FixedElement(word, true)], exact) : PatternPart.Of(exact);
    }

    private static async Task<PatternPart> FreeAsync(PieceBench bench, int index)
    {
        byte[] word = bench.Pieces[index].Bytes;
        PatternElement[] exact = [new FixedElement(word)];
        if (word.Length == 1 && !await bench.WithAsync(index, "m"u8.ToArray()).ConfigureAwait(false)
            && !await bench.WithAsync(index, "%"u8.ToArray()).ConfigureAwait(false))
        {
            return PatternPart.Of(exact);
        }

        ByteSet set = await FreeBytes.FindAsync(word.Length, ByteSet.Of([word[0]]), some =>
            bench.WithAsync(index, [.. word.Select((_, i) => some[i % some.Length])])).ConfigureAwait(false);
        if (set.Count == 1)
        {
            return PatternPart.Of(exact);
        }

        set = set.Union(ByteSet.Of(word));
        byte[] longer = [.. Enumerable.Range(0, (word.Length * 3) + 5).Select(i => word[i % word.Length])];
        SetElement same = new(set, word.Length, word.Length);
        return await bench.WithAsync(index, longer).ConfigureAwait(false)
            ? PatternPart.Of([new SetElement(set, word.Length, null)], [same], exact) : PatternPart.Of([same], exact);
    }

    private static byte Other(byte value) => value switch
    {
        >= (byte)'a' and <= (byte)'z' => (byte)('a' + ((value - 'a' + 13) % 26)),
        >= (byte)'A' and <= (byte)'Z' => (byte)('A' + ((value - 'A' + 13) % 26)),
        >= (byte)'0' and <= (byte)'9' => (byte)('0' + ((value - '0' + 5) % 10)),
        _ => (byte)(value ^ 1),
    };
}
