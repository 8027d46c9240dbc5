using System.Globalization;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>Between which bounds a number fails.</summary>
internal static class NumberExperiment
{
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

        long? high = null;
        foreach (long larger in new[] { size < long.MaxValue / 10 ? (size * 10) + 9 : long.MaxValue, long.MaxValue })
        {
            if (high is null && larger > size && !await Fails(larger).ConfigureAwait(false))
            {
                high = await PieceBench.BoundaryAsync(size, larger, Fails).ConfigureAwait(false);
            }
        }

        if (low == 0 && high == size)
        {
            return PatternPart.Of(exact); // this number and no other
        }

        NumberElement general = sign > 0 ? new NumberElement(low, high)
            : new NumberElement(high is { } far ? -far : null, -low);
        NumberElement own = sign > 0 ? general with { Low = Math.Max(low, size) } : general with { High = Math.Min(-low, -size) };
        return PatternPart.Of([general], [own], exact);
    }
}
