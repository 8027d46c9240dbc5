namespace SelfHeal.Requests;

/// <summary>Makes a failing request as small as it can be: Zeller's ddmin, over lines, then words, then bytes; then runs
/// of bytes that are alike are made the same byte.</summary>
/// <param name="oracle">Whether an input still fails.</param>
public sealed class DeltaDebugger(FailureOracle oracle)
{
    private const int RunToCanonicalise = 4; // bytes

    /// <param name="input">The failing request.</param>
    /// <param name="maximumReplays">How many replays are allowed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SelfHealException">The input does not fail.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<DeltaResult> MinimizeAsync(
        ReadOnlyMemory<byte> input, int maximumReplays = 500, CancellationToken cancellationToken = default)
    {
        int before = oracle.Replays;
        TimeSpan elapsed = oracle.Elapsed;
        oracle.Allow(maximumReplays);
        if (!await oracle.FailsAsync(input, cancellationToken).ConfigureAwait(false))
        {
            throw new SelfHealException(
                "The request does not fail when it is replayed alone: what fails is not in its bytes, so there is nothing to make smaller.");
        }

        byte[] smallest = input.ToArray();
        byte[] last;
        do
        {
            last = smallest;
            smallest = await ReduceAsync(smallest, Lines, cancellationToken).ConfigureAwait(false);
            smallest = await ReduceAsync(smallest, Words, cancellationToken).ConfigureAwait(false);
            smallest = await ReduceAsync(smallest, Bytes, cancellationToken).ConfigureAwait(false);
            smallest = await CanonicaliseAsync(smallest, cancellationToken).ConfigureAwait(false);
        }
        while (last != smallest && oracle.Left > 0);

        return new DeltaResult(smallest, oracle.Refused == 0, oracle.Replays - before, oracle.Elapsed - elapsed);
    }

    /// <summary>Leaves out parts, at first large ones, until none can be left out alone.</summary>
    private async Task<byte[]> ReduceAsync(byte[] input, Func<byte[], List<ReadOnlyMemory<byte>>> split, CancellationToken cancellationToken)
    {
        List<ReadOnlyMemory<byte>> parts = split(input);
        int size = Math.Max(1, parts.Count / 2);
        while (parts.Count > 1 && oracle.Left > 0)
        {
            bool smaller = false;
            for (int at = 0; at < parts.Count;)
            {
                List<ReadOnlyMemory<byte>> rest = [.. parts.Take(at), .. parts.Skip(at + size)];
                byte[] candidate = Join(rest);
                if (candidate.Length > 0 && await oracle.FailsAsync(candidate, cancellationToken).ConfigureAwait(false))
                {
                    parts = rest;
                    input = candidate;
                    smaller = true;
                }
                else
                {
                    at += size;
                }
            }

            if (size == 1 && !smaller)
            {
                break;
            }

            size = smaller && size == 1 ? 1 : Math.Max(1, Math.Min(size / 2, parts.Count / 2));
        }

        return input;
    }

    /// <summary>Stretches of a line become one byte, repeated, where that still fails.</summary>
    private async Task<byte[]> CanonicaliseAsync(byte[] input, CancellationToken cancellationToken)
    {
        byte[] smallest = [.. input];
        int start = 0;
        foreach (ReadOnlyMemory<byte> line in Lines(input))
        {
            int length = line.Span.TrimEnd("\r\n"u8).Length;
            await FillAsync(start, length).ConfigureAwait(false);
            start += line.Length;
        }

        return smallest.AsSpan().SequenceEqual(input) ? input : smallest;

        async Task FillAsync(int at, int length)
        {
            if (length < RunToCanonicalise || oracle.Left == 0 || !smallest.AsSpan(at, length).ContainsAnyExcept(smallest[at]))
            {
                return;
            }

            foreach (byte same in new[] { (byte)'a', (byte)'A', smallest[at], smallest[at + length - 1] }.Distinct())
            {
                if (await TryAsync(at, length, same).ConfigureAwait(false))
                {
                    for (int more = 0; more < 2 * RunToCanonicalise && at > 0 && await TryAsync(at - 1, 1, same).ConfigureAwait(false); more++)
                    {
                        at--;
                    }

                    return;
                }
            }

            await FillAsync(at + (length / 2), length - (length / 2)).ConfigureAwait(false);
            await FillAsync(at, length / 2).ConfigureAwait(false);
        }

        async Task<bool> TryAsync(int at, int length, byte same)
        {
            byte[] candidate = [.. smallest];
            candidate.AsSpan(at, length).Fill(same);
            bool fails = await oracle.FailsAsync(candidate, cancellationToken).ConfigureAwait(false);
            smallest = fails ? candidate : smallest;
            return fails;
        }
    }

    private static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        var joined = new MemoryStream();
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            joined.Write(part.Span);
        }

        return joined.ToArray();
    }

    private static List<ReadOnlyMemory<byte>> Lines(byte[] input) => Split(input, (before, _) => before == '\n');

    private static List<ReadOnlyMemory<byte>> Bytes(byte[] input) => Split(input, (_, _) => true);

    /// <summary>Runs of letters and digits, of blanks, of bytes from 128 on; other bytes alone.</summary>
    internal static List<ReadOnlyMemory<byte>> Words(byte[] input) =>
        Split(input, (before, after) => Class(before) != Class(after) || Class(before) == 0);

    private static int Class(byte value) => char.IsAsciiLetterOrDigit((char)value) ? 1 : value is (byte)' ' or (byte)'\t' ? 2 : value >= 128 ? 3 : 0;

    private static List<ReadOnlyMemory<byte>> Split(byte[] input, Func<byte, byte, bool> endsBetween)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        int start = 0;
        for (int i = 1; i <= input.Length; i++)
        {
            if (i == input.Length || endsBetween(input[i - 1], input[i]))
            {
                parts.Add(input.AsMemory(start, i - start));
                start = i;
            }
        }

        return parts;
    }
}
