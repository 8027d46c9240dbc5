namespace SelfHeal.Requests;

/// <summary>A piece of the smallest failing request, and what experiments made of it.</summary>
/// <param name="bytes">Of the smallest.</param>
/// <param name="origins">Where they stood in the request as it came.</param>
/// <param name="kind">What it is.</param>
/// <param name="unit">Run: bytes of what is repeated.</param>
internal sealed class RequestPiece(byte[] bytes, IEnumerable<int> origins, RequestPieceKind kind, int unit = 1)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>Where the first byte stood.</summary>
    public int Begin { get; } = origins.First();

    /// <summary>Behind where the last byte stood.</summary>
    public int End { get; } = origins.Last() + 1;

    public RequestPieceKind Kind { get; } = kind;

    /// <summary>Run: bytes of what is repeated.</summary>
    public int Unit { get; } = unit;

    public int Count => Bytes.Length / Unit;

    /// <summary>What may stand before it.</summary>
    public PatternPart? Gap { get; set; }

    public PatternPart Part { get; set; } = PatternPart.Of([new FixedElement(bytes)]);

    /// <summary>The piece of another request that it is a copy of, or stands for; or itself.</summary>
    public RequestPiece Model { get => field ?? this; private init; }

    /// <summary>The same, elsewhere.</summary>
    public RequestPiece At(int begin) => new(Bytes, Enumerable.Range(begin, Bytes.Length), Kind, Unit) { Part = Part, Gap = Gap, Model = this };

    /// <summary>Another word in its place, elsewhere.</summary>
    public RequestPiece At(int begin, byte[] word) => new(word, Enumerable.Range(begin, word.Length), RequestPieceKind.Text) { Gap = Gap, Model = this };

    public byte[] Repeated(int count) => [.. Enumerable.Repeat(Bytes[..Unit], count).SelectMany(one => one)];

    /// <summary>Numbers of up to 19 digits, runs of a unit of up to 8 bytes, and words of what is between, cut again where
    /// something was left out.</summary>
    public static List<RequestPiece> Cut(DeltaResult small)
    {
        byte[] request = small.Smallest.ToArray();
        int[] origins = [.. small.Origins];
        var pieces = new List<RequestPiece>();
        int text = 0;
        for (int at = 0; at < request.Length;)
        {
            RequestPiece? found = Number(request, origins, at) ?? Run(request, origins, at);
            if (found is null)
            {
                at++;
                continue;
            }

            AddText(pieces, request[text..at], origins[text..at]);
            pieces.Add(found);
            text = at += found.Bytes.Length;
        }

        AddText(pieces, request[text..], origins[text..]);
        return pieces;
    }

    private static void AddText(List<RequestPiece> pieces, byte[] text, int[] origins)
    {
        int word = 0, start = 0; // of what is cut
        foreach (int length in RequestParts.Words(text).Select(one => one.Length))
        {
            word += length;
            for (int at = start + 1; at <= word; at++)
            {
                if (at == word || origins[at] != origins[at - 1] + 1)
                {
                    pieces.Add(new RequestPiece(text[start..at], origins[start..at], RequestPieceKind.Text));
                    start = at;
                }
            }
        }
    }

    private static RequestPiece? Number(byte[] request, int[] origins, int at)
    {
        int digits = at + (request[at] == '-' ? 1 : 0), end = digits;
        while (end < request.Length && char.IsAsciiDigit((char)request[end]))
        {
            end++;
        }

        bool whole = at == 0 || !char.IsAsciiDigit((char)request[at - 1]);
        return whole && end - digits is >= 1 and <= 19 ? new RequestPiece(request[at..end], origins[at..end], RequestPieceKind.Number) : null;
    }

    private static RequestPiece? Run(byte[] request, int[] origins, int at)
    {
        (int Unit, int Length) best = (0, 0);
        for (int unit = 1; unit <= 8 && at + unit <= request.Length; unit++)
        {
            int length = unit;
            while (at + length < request.Length && request[at + length] == request[at + length - unit])
            {
                length++;
            }

            length -= length % unit;
            if (length / unit >= (unit == 1 ? 4 : 3) && length > best.Length)
            {
                best = (unit, length);
            }
        }

        return best.Length == 0 ? null : new RequestPiece(request[at..(at + best.Length)], origins[at..(at + best.Length)], RequestPieceKind.Run, best.Unit);
    }
}
