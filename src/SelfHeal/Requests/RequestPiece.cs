namespace SelfHeal.Requests;

/// <summary>A piece of the smallest failing request, and what experiments made of it.</summary>
internal sealed class RequestPiece(byte[] bytes, RequestPieceKind kind, int unit = 1)
{
    public byte[] Bytes { get; } = bytes;

    public RequestPieceKind Kind { get; } = kind;

    /// <summary>Run: bytes of what is repeated.</summary>
    public int Unit { get; } = unit;

    public int Count => Bytes.Length / Unit;

    /// <summary>What may stand before it.</summary>
    public PatternPart? Gap { get; set; }

    public PatternPart Part { get; set; } = PatternPart.Of([new FixedElement(bytes)]);

    public byte[] Repeated(int count) => [.. Enumerable.Repeat(Bytes[..Unit], count).SelectMany(one => one)];

    /// <summary>Numbers of up to 19 digits, runs of a unit of up to 8 bytes, and words of what is between.</summary>
    public static List<RequestPiece> Cut(byte[] request)
    {
        var pieces = new List<RequestPiece>();
        int text = 0;
        for (int at = 0; at < request.Length;)
        {
            RequestPiece? found = Number(request, at) ?? Run(request, at);
            if (found is null)
            {
                at++;
                continue;
            }

            AddText(pieces, request[text..at]);
            pieces.Add(found);
            text = at += found.Bytes.Length;
        }

        AddText(pieces, request[text..]);
        return pieces;
    }

    private static void AddText(List<RequestPiece> pieces, byte[] text) =>
        pieces.AddRange(DeltaDebugger.Words(text).Select(word => new RequestPiece(word.ToArray(), RequestPieceKind.Text)));

    private static RequestPiece? Number(byte[] request, int at)
    {
        int digits = at + (request[at] == '-' ? 1 : 0), end = digits;
        while (end < request.Length && char.IsAsciiDigit((char)request[end]))
        {
            end++;
        }

        bool whole = at == 0 || !char.IsAsciiDigit((char)request[at - 1]);
        return whole && end - digits is >= 1 and <= 19 ? new RequestPiece(request[at..end], RequestPieceKind.Number) : null;
    }

    private static RequestPiece? Run(byte[] request, int at)
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

        return best.Length == 0 ? null : new RequestPiece(request[at..(at + best.Length)], RequestPieceKind.Run, best.Unit);
    }
}
