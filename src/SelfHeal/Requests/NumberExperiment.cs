using System.Globalization;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>Between which bounds a number fails.</summary>
internal static class NumberExperiment
{
    private const int MoreSamples = 4; // larger numbers, where questions cost next to nothing

    public static async Task<PatternPart> RunAsync(PieceBench bench, int index)
    {
        RequestPiece piece = bench.Pieces[index];
        PatternElement[] exact = [new FixedElement(piece.Bytes)];
        long value = long.TryParse(Encoding.ASCII.GetString(piece.Bytes), CultureInfo.InvariantCulture, out long parsed) ? parsed : long.MaxValue;
        int sign = piece.Bytes[0] == '-' ? -1 : 1;
        long size = Math.Abs(value), low = 0;
        Task<bool> Fails(long magnitude) => bench.WithAsync(index, Encoding.ASCII.GetBytes((sign * magnitude).ToString(CultureInfo.InvariantCulture)));
        if (sign * size != 0 && !await Fails(0).ConfigureAwait(false))
        {
            low = await PieceBench.BoundaryAsync(size, 0, Fails).ConfigureAwait(false);
        }

        long? high = await HighAsync(bench.CanAskMore ? MoreSamples : 1, size, Fails).ConfigureAwait(false);
        if (low == 0 && high == size)
        {
            return PatternPart.Of(exact); // this number and no other
        }

        NumberElement general = sign > 0 ? new NumberElement(low, high)
            : new NumberElement(high is { } far ? -far : null, -low);
        NumberElement own = sign > 0 ? general with { Low = Math.Max(low, size) } : general with { High = Math.Min(-low, -size) };
        return PatternPart.Of([general], [own], exact);
    }

    /// <summary>The largest that fails; null: there is none. Where one that does not fail has one that fails above it, as with
    /// numbers that wrap around, there is none either.</summary>
    private static async Task<long?> HighAsync(int samples, long size, Func<long, Task<bool>> fails)
    {
        List<long> larger = [];
        long digits = 10; // more, by which the next one is longer
        for (long next = size; larger.Count < samples && next < (long.MaxValue / digits) - 1; digits *= digits)
        {
            larger.Add(next = (next * digits) + digits - 1);
        }

        if (samples > 1 || larger.Count == 0)
        {
            larger.Add(long.MaxValue);
        }

        bool[] failed = await Task.WhenAll(larger.Distinct().Select(fails)).ConfigureAwait(false);
        int last = Array.LastIndexOf(failed, true);
        if (last == failed.Length - 1)
        {
            return null;
        }

        return await PieceBench.BoundaryAsync(last < 0 ? size : larger[last], larger[last + 1], fails).ConfigureAwait(false);
    }
}
