namespace SelfHeal.Requests;

/// <summary>The pieces of a failing request, of which experiments exchange one or two.</summary>
internal sealed class PieceBench(FailureOracle oracle, List<RequestPiece> pieces, byte[] original, CancellationToken cancellationToken)
{
    private const int MaximumHints = 6;

    public IReadOnlyList<RequestPiece> Pieces => pieces;

    /// <summary>Questions cost next to nothing.</summary>
    public bool CanAskMore => oracle.TriesSeveral;

    /// <summary>Bytes of text of one line: all but the line's end, and it, too, where the framing allows none within a request, so that
    /// one that does have some, as in a literal, is no other text.</summary>
    public ByteSet InLine { get; } = oracle.CanBeAsked(WithLineEnd(pieces)) ? ByteSet.Of("\n"u8.ToArray()).Inverted : ByteSet.All;

    /// <summary>The most frequent punctuation marks of the request as it came.</summary>
    public byte[] Hints { get; } =
    [
        .. original.Where(value => char.IsPunctuation((char)value) && value < 128).GroupBy(value => value)
            .OrderByDescending(same => same.Count()).Take(MaximumHints).Select(same => same.Key),
    ];

    /// <summary>Does it fail with this in place of a piece?</summary>
    public Task<bool> WithAsync(int index, byte[] replacement) => WithAsync((index, replacement));

    public Task<bool> WithAsync(params (int Index, byte[] Bytes)[] replacements)
    {
        var input = new List<byte>();
        for (int i = 0; i < pieces.Count; i++)
        {
            int found = Array.FindIndex(replacements, one => one.Index == i);
            input.AddRange(found < 0 ? pieces[i].Bytes : replacements[found].Bytes);
        }

        return oracle.FailsAsync(input.ToArray(), cancellationToken);
    }

    /// <summary>Does it fail with this before a piece, or, for the number of pieces, at the end?</summary>
    public Task<bool> WithBeforeAsync(int index, byte[] inserted)
    {
        byte[] input = [.. pieces.Take(index).SelectMany(piece => piece.Bytes), .. inserted, .. pieces.Skip(index).SelectMany(piece => piece.Bytes)];
        return oracle.FailsAsync(input, cancellationToken);
    }

    /// <summary>What the request as it came had before a piece, or at its end, and the smallest has not.</summary>
    public byte[] LeftOutBefore(int index) =>
        original[(index == 0 ? 0 : pieces[index - 1].End)..(index == pieces.Count ? original.Length : pieces[index].Begin)];

    private static byte[] WithLineEnd(List<RequestPiece> pieces)
    {
        byte[] whole = [.. pieces.SelectMany(piece => piece.Bytes)];
        return [.. whole[..(whole.Length / 2)], (byte)'\n', .. whole[(whole.Length / 2)..]];
    }

    /// <summary>The largest of these that still fails, or the smallest: between one that does and one that does not.</summary>
    public static async Task<long> BoundaryAsync(long failing, long harmless, Func<long, Task<bool>> fails)
    {
        while (Math.Abs(failing - harmless) > 1)
        {
            long middle = harmless + ((failing - harmless) / 2);
            if (await fails(middle).ConfigureAwait(false))
            {
                failing = middle;
            }
            else
            {
                harmless = middle;
            }
        }

        return failing;
    }
}
