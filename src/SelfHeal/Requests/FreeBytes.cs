namespace SelfHeal.Requests;

/// <summary>Which bytes could stand at a place: many are tried at once, and fewer where that does not fail.</summary>
internal static class FreeBytes
{
    private static readonly byte[][] Classes =
    [
        Between('0', '9'), Between('A', 'F'), Between('G', 'Z'), Between('a', 'f'), Between('g', 'z'),
        [(byte)'+', (byte)'/'], [(byte)'-', (byte)'.', (byte)'_'], // of base64, of names
        [.. Between('!', '*'), (byte)',', .. Between(':', '@'), .. Between('[', '^'), (byte)'`', .. Between('{', '~')],
        [(byte)' '], [(byte)'\t'], Between((char)0x80, (char)0xff), [.. Between((char)1, (char)8), .. Between((char)0xb, (char)0xc), .. Between((char)0xe, (char)0x1f), 0x7f],
        [(byte)'\r'], [(byte)'\n'], [0],
    ];

    /// <param name="capacity">Bytes that one question can try.</param>
    /// <param name="fails">Whether it fails with these bytes, repeated as often as necessary, at the place.</param>
    /// <param name="known">Bytes that could: they are not asked for again.</param>
    /// <param name="questionsPerClass">At most so many are asked about letters, digits, punctuation and so on each.</param>
    /// <param name="hints">Bytes that are likely: asked for one by one.</param>
    /// <returns>At least the known bytes.</returns>
    public static async Task<ByteSet> FindAsync(
        int capacity, ByteSet known, Func<byte[], Task<bool>> fails, int questionsPerClass = 14, byte[]? hints = null)
    {
        List<byte> found = [.. known];
        IEnumerable<byte[]> classes = (hints ?? []).Select(hint => (byte[])[hint]).Concat(Classes)
            .Select(bytes => bytes.Where(value => bytes.Length == 1 || !known.Contains(value)).ToArray());
        await Task.WhenAll([.. classes.Where(all => !all.All(known.Contains)).Select(ClassAsync)]).ConfigureAwait(false);
        return ByteSet.Of(found);

        async Task ClassAsync(byte[] all)
        {
            int questions = questionsPerClass;
            if (capacity >= 8)
            {
                for (int at = 0; at < all.Length; at += capacity)
                {
                    await AskAsync(all[at..Math.Min(at + capacity, all.Length)]).ConfigureAwait(false);
                }
            }
            else if (await fails([all[all.Length / 2]]).ConfigureAwait(false) && await fails([all[^1]]).ConfigureAwait(false)
                && await fails([all[0]]).ConfigureAwait(false))
            {
                Add(all); // three of them stand for all
            }

            async Task AskAsync(byte[] some)
            {
                if (questions-- <= 0 || some.Length == 0)
                {
                    return;
                }

                if (await fails(some).ConfigureAwait(false))
                {
                    Add(some);
                }
                else if (some.Length > 1)
                {
                    await AskAsync(some[..(some.Length / 2)]).ConfigureAwait(false);
                    await AskAsync(some[(some.Length / 2)..]).ConfigureAwait(false);
                }
            }
        }

        void Add(byte[] some)
        {
            lock (found)
            {
                found.AddRange(some);
            }
        }
    }

    private static byte[] Between(char first, char last) => [.. ByteSet.Range(first, last)];
}
