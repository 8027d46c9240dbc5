namespace SelfHeal.Requests;

/// <summary>What may stand at a place between the pieces: anything, lines, text of one line, further items of a list, bytes like
/// those that stood there, a word, blanks.</summary>
internal static class GapExperiment
{
    private const int MaximumAlike = 256; // bytes that samples are made of
    private static readonly ByteSet InLine = ByteSet.Of("\n"u8.ToArray()).Inverted;
    private static readonly ByteSet Alphanumeric =
        ByteSet.Range('a', 'z').Union(ByteSet.Range('A', 'Z')).Union(ByteSet.Range('0', '9'));

    private static readonly Kind[] General =
    [
        new([PatternElement.Anything], ["qZ8 _k\nXq-7: z(1), \"y\"\n\nw <b> 'c'"u8.ToArray(), "\n.-x@ 5\\;=/\t\n"u8.ToArray(), "Wk"u8.ToArray()], false),
        new([Lines()], ["Xq-7: z 1, (k) \"u\" <v>\n"u8.ToArray(), "Subject: =w;\nZk: 9\n"u8.ToArray()], true),
        new([new SetElement(InLine, 0, null)], ["qZ8 _k: z(1), \"y\" <b>"u8.ToArray(), " .-x@ 5;=/ "u8.ToArray()], false),
    ];

    private static readonly Kind LinesAndText =
        new([Lines(), new SetElement(InLine, 0, null)], ["Xq-7: z\nqZ8 _k: z(1)"u8.ToArray(), " .-x@ 5;=/ "u8.ToArray()], true);

    private static readonly Kind[] OfLists =
    [
        new([new SetElement(InLine, 0, null)], ["1, "u8.ToArray(), "7, 'w k', "u8.ToArray()], false),
        new([new SetElement(InLine, 0, null)], [", 1"u8.ToArray(), ", 7, 'w k'"u8.ToArray()], false),
    ];

    private static readonly Kind[] Small =
    [
        new([new SetElement(Alphanumeric.Union(ByteSet.Of("-._+/"u8.ToArray())), 0, null)], ["Zq8-._+/k"u8.ToArray(), "w"u8.ToArray()], false),
        new([new SetElement(Alphanumeric, 0, null)], ["Zq8k"u8.ToArray(), "w"u8.ToArray()], false),
        new([new SetElement(ByteSet.Of(" \t"u8.ToArray()), 0, null)], [" "u8.ToArray(), " \t"u8.ToArray()], false),
    ];

    private static readonly Kind Spaces = new([new SetElement(ByteSet.Of(" "u8.ToArray()), 0, null)], [" "u8.ToArray(), "   "u8.ToArray()], false);

    /// <param name="bench">The pieces.</param>
    /// <param name="index">Of the piece behind the place; the number of pieces: the end.</param>
    /// <param name="lineEnd">As the request has it.</param>
    /// <returns>Null: nothing may stand there.</returns>
    public static async Task<PatternPart?> RunAsync(PieceBench bench, int index, string lineEnd)
    {
        bool lineStart = index == 0 || bench.Pieces[index - 1].Bytes[^1] == '\n';
        var levels = new List<IReadOnlyList<PatternElement>>();
        foreach ((PatternElement[] elements, byte[][] samples, bool onlyAtLineStart) in KindsAt(bench, index))
        {
            bool free = lineStart || !onlyAtLineStart;
            foreach (byte[] sample in samples)
            {
                free = free && await bench.WithBeforeAsync(index, Ended(sample, lineEnd)).ConfigureAwait(false);
            }

            if (free)
            {
                levels.Add([.. elements.Select(element => element is SetElement set && set.Set == InLine ? set with { Set = bench.InLine } : element)]);
                break;
            }
        }

        levels = WithWhatStood(bench.LeftOutBefore(index), levels);
        return levels.Count == 0 ? null : PatternPart.Of([.. levels, []]);
    }

    /// <summary>What the request as it came had there may stand there whatever was answered: it failed with it. An answer can be wrong where
    /// the fault depends on what the requests before it left in memory.</summary>
    private static List<IReadOnlyList<PatternElement>> WithWhatStood(byte[] there, List<IReadOnlyList<PatternElement>> levels) =>
        there.Length == 0 || levels is [not [SetElement]] ? levels
        : levels is [[SetElement { Set: var set }]] ? [[new SetElement(set.Union(ByteSet.Of(there)), 0, null)]]
        : [.. Like(there).Take(1).Select(kind => kind.Elements)];

    /// <summary>Without experiments: something was left out there, and it still fails; so anything of one line, or what is like it.
    /// Null: nothing was.</summary>
    public static PatternPart? AsItStood(PieceBench bench, int index) => bench.LeftOutBefore(index) is not { Length: > 0 } there ? null
        : PatternPart.Of([[new SetElement(there.Contains((byte)'\n') ? ByteSet.All : bench.InLine, 0, null)], .. Like(there).Select(kind => kind.Elements), []]);

    /// <summary>The first that fits is taken; the special ones only where questions cost next to nothing.</summary>
    private static Kind[] KindsAt(PieceBench bench, int index)
    {
        Kind[] alike = bench.LeftOutBefore(index) is { Length: > 0 and <= MaximumAlike } there ? [.. Like(there)] : [];
        return bench.CanAskMore ? [General[0], LinesAndText, .. General[1..], .. OfLists, .. alike, .. Small, Spaces]
            : bench.LeftOutBefore(index).Length > 0 ? General : [.. General, .. Small];
    }

    /// <summary>Its bytes, other letters and digits where it has some; with blanks, and without.</summary>
    private static IEnumerable<Kind> Like(byte[] there)
    {
        bool words = there.Any(Alphanumeric.Contains);
        ByteSet set = ByteSet.Of(there).Union(words ? Alphanumeric : default);
        byte[] other = [.. there.Select(value => char.IsAsciiLetter((char)value) ? (byte)((value & 0xe0) | 0x0b) : value)];
        byte[][] samples = words ? [there, other] : [there];
        yield return new Kind([new SetElement(set.Union(ByteSet.Of(" "u8.ToArray())), 0, null)], [.. samples, [.. there, .. " "u8, .. there]], false);
        yield return new Kind([new SetElement(set, 0, null)], samples, false);
    }

    private static GroupElement Lines() => new([new SetElement(InLine, 0, null), new FixedElement("\n")], 0, null);

    private static byte[] Ended(byte[] sample, string lineEnd) => lineEnd == "\n" ? sample
        : [.. sample.SelectMany(value => value == '\n' ? "\r\n"u8.ToArray() : [value])];

    /// <param name="Elements">What may stand there.</param>
    /// <param name="Samples">All of them have to fail.</param>
    /// <param name="OnlyAtLineStart">It is of whole lines.</param>
    private sealed record Kind(PatternElement[] Elements, byte[][] Samples, bool OnlyAtLineStart);
}
