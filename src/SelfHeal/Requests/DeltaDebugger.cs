namespace SelfHeal.Requests;

/// <summary>Makes a failing request as small as it can be: Zeller's ddmin, over lines, then words, then bytes; then runs
/// of bytes that are alike are made the same byte.</summary>
/// <param name="oracle">Whether an input still fails.</param>
public sealed class DeltaDebugger(FailureOracle oracle)
{
    private const int RunToCanonicalise = 4; // bytes
    private const int FewParts = 64; // of which all stretches are tried
    private const int Fills = 4; // bytes that a stretch is filled with

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

        var smallest = Remainder.Of(input.ToArray());
        Remainder last;
        do
        {
            last = smallest;
            smallest = await ReduceAsync(smallest, RequestParts.Lines, cancellationToken).ConfigureAwait(false);
            smallest = await ReduceAsync(smallest, RequestParts.Words, cancellationToken).ConfigureAwait(false);
            smallest = await ReduceAsync(smallest, RequestParts.Bytes, cancellationToken).ConfigureAwait(false);
            smallest = smallest with { Bytes = await CanonicaliseAsync(smallest.Bytes, cancellationToken).ConfigureAwait(false) };
        }
        while (last.Bytes != smallest.Bytes && oracle.Left > 0);

        return new DeltaResult(smallest.Bytes, smallest.Origins, oracle.Refused == 0, oracle.Replays - before, oracle.Elapsed - elapsed);
    }

    /// <summary>Leaves out words, within the replays that are left.</summary>
    /// <param name="input">It fails.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<DeltaResult> LeaveOutWordsAsync(byte[] input, CancellationToken cancellationToken)
    {
        int before = oracle.Replays;
        TimeSpan elapsed = oracle.Elapsed;
        Remainder left = await ReduceAsync(Remainder.Of(input), RequestParts.Words, cancellationToken).ConfigureAwait(false);
        return new DeltaResult(left.Bytes, left.Origins, IsMinimal: false, oracle.Replays - before, oracle.Elapsed - elapsed);
    }

    private async Task<Remainder> ReduceAsync(Remainder input, Func<byte[], List<ReadOnlyMemory<byte>>> split, CancellationToken cancellationToken)
    {
        List<ReadOnlyMemory<byte>> parts = split(input.Bytes);
        int count = parts.Count;
        await (oracle.TriesSeveral && count <= FewParts ? LeaveOutWidestAsync(parts, cancellationToken) : LeaveOutEachAsync(parts, cancellationToken)).ConfigureAwait(false);
        return parts.Count == count ? input : new Remainder(RequestParts.Join(parts), [.. RequestParts.Places(parts).Select(at => input.Origins[at])]);
    }

    /// <summary>Leaves out parts, at first large ones, until none can be left out alone.</summary>
    private async Task LeaveOutEachAsync(List<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        int size = Math.Max(1, parts.Count / 2);
        while (parts.Count > 1 && oracle.Left > 0)
        {
            bool smaller = false;
            for (int at = 0; at < parts.Count;)
            {
                int first = at;
                int found = await oracle.FirstFailingAsync(
                    (parts.Count - first + size - 1) / size, i => Without(parts, first + (i * size), size), cancellationToken).ConfigureAwait(false);
                if (found < 0)
                {
                    break;
                }

                at += found * size;
                parts.RemoveRange(at, Math.Min(size, parts.Count - at));
                smaller = true;
            }

            if (size == 1 && !smaller)
            {
                break;
            }

            size = smaller && size == 1 ? 1 : Math.Max(1, Math.Min(size / 2, parts.Count / 2));
        }
    }

    /// <summary>The same where harmless candidates cost next to nothing: all stretches of so many parts, wherever they begin.</summary>
    private async Task LeaveOutWidestAsync(List<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        int widest = parts.Count - 1;
        bool smaller = true;
        while (smaller && parts.Count > 1 && oracle.Left > 0)
        {
            List<(int At, int Size)> stretches =
            [
                .. Sizes(Math.Min(widest, parts.Count - 1)).SelectMany(size => Enumerable.Range(0, parts.Count - size + 1).Select(at => (at, size))),
            ];
            int found = await oracle.FirstFailingAsync(
                stretches.Count, i => Without(parts, stretches[i].At, stretches[i].Size), cancellationToken).ConfigureAwait(false);
            smaller = found >= 0;
            if (smaller)
            {
                (int at, widest) = stretches[found];
                parts.RemoveRange(at, widest);
            }
        }
    }

    /// <summary>The largest, about half of it, and so on.</summary>
    private static IEnumerable<int> Sizes(int most)
    {
        for (int size = most; size > 0; size -= Math.Max(1, size / 2))
        {
            yield return size;
        }
    }

    private static ReadOnlyMemory<byte>? Without(List<ReadOnlyMemory<byte>> parts, int at, int count)
    {
        byte[] rest = RequestParts.Join([.. parts.Take(at), .. parts.Skip(at + count)]);
        return rest.Length > 0 ? rest : default(ReadOnlyMemory<byte>?);
    }

    /// <summary>Stretches of a line become one byte, repeated, where that still fails: a line, else its halves, and so on.</summary>
    private async Task<byte[]> CanonicaliseAsync(byte[] input, CancellationToken cancellationToken)
    {
        byte[] smallest = [.. input];
        List<(int At, int Length)> stretches = [];
        int start = 0;
        foreach (ReadOnlyMemory<byte> line in RequestParts.Lines(input))
        {
            AddHalves(stretches, start, line.Span.TrimEnd("\r\n"u8).Length);
            start += line.Length;
        }

        for (int next = 0; next < stretches.Count && oracle.Left > 0;)
        {
            int first = next;
            int found = await oracle.FirstFailingAsync(
                (stretches.Count - first) * Fills, i => Filled(smallest, stretches[first + (i / Fills)], i % Fills), cancellationToken).ConfigureAwait(false);
            if (found < 0)
            {
                break;
            }

            (int at, int length) = stretches[first + (found / Fills)];
            smallest = Filled(smallest, (at, length), found % Fills)!.Value.ToArray();
            byte same = smallest[at];
            for (int more = 1; more <= 2 * RunToCanonicalise && at >= more; more++)
            {
                byte[] longer = [.. smallest];
                longer[at - more] = same;
                if (!await oracle.FailsAsync(longer, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                smallest = longer;
            }

            next = first + (found / Fills) + 1;
            while (next < stretches.Count && stretches[next].At >= at && stretches[next].At + stretches[next].Length <= at + length)
            {
                next++; // a part of it
            }
        }

        return smallest.AsSpan().SequenceEqual(input) ? input : smallest;
    }

    /// <summary>A stretch, then its second half and its parts, then its first half and its parts.</summary>
    private static void AddHalves(List<(int At, int Length)> stretches, int at, int length)
    {
        if (length >= RunToCanonicalise)
        {
            stretches.Add((at, length));
            AddHalves(stretches, at + (length / 2), length - (length / 2));
            AddHalves(stretches, at, length / 2);
        }
    }

    /// <summary>Null: it is so already.</summary>
    private static ReadOnlyMemory<byte>? Filled(byte[] input, (int At, int Length) stretch, int fill)
    {
        Span<byte> before = input.AsSpan(stretch.At, stretch.Length);
        if (!before.ContainsAnyExcept(before[0]))
        {
            return null;
        }

        byte[] filled = [.. input];
        filled.AsSpan(stretch.At, stretch.Length).Fill(fill switch { 0 => (byte)'a', 1 => (byte)'A', 2 => before[0], _ => before[^1] });
        return filled;
    }

    /// <param name="Bytes">What is left.</param>
    /// <param name="Origins">Where each of them stood.</param>
    private sealed record Remainder(byte[] Bytes, int[] Origins)
    {
        /// <summary>Nothing was left out.</summary>
        public static Remainder Of(byte[] input) => new(input, [.. Enumerable.Range(0, input.Length)]);
    }
}
