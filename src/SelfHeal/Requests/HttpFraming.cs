namespace SelfHeal.Requests;

/// <summary>Requests of HTTP/1.x with their bodies: src/Recorder/framing_http.c.</summary>
internal static class HttpFraming
{
    private const int Start = 0, Method = 1, Rest = 2, Line = 3, LineCr = 4, Name = 5, LengthBefore = 6, Length = 7;
    private const int LengthAfter = 8, Coding = 9, Chunk = 10, ChunkSize = 11, ChunkRest = 12, ChunkCr = 13, DataEnd = 14;
    private const int DataLf = 15, Trailer = 16, TrailerCr = 17, TrailerRest = 18;
    private const int HasLength = 1, HasCoding = 2, IsChunked = 4;
    private const int No = 255; // it is not this word

    private static ReadOnlySpan<byte> ContentLength => "content-length"u8;

    private static ReadOnlySpan<byte> TransferEncoding => "transfer-encoding"u8;

    private static ReadOnlySpan<byte> Chunked => "chunked"u8;

    public static FramingStep Step(ref FramingState s, byte value)
    {
        switch (s.Step)
        {
            case Start: return value is (byte)'\r' or (byte)'\n' ? FramingStep.On : IsToken(value) ? Go(ref s, Method) : FramingStep.Bad;
            case Method: return IsToken(value) ? FramingStep.On : value == ' ' ? Go(ref s, Rest) : FramingStep.Bad;
            case Rest: return value == '\n' ? Go(ref s, Line) : FramingStep.On;
            case Line or LineCr: return LineStart(ref s, value);
            case Name: return NameByte(ref s, value);
            case LengthBefore or Length or LengthAfter: return LengthByte(ref s, value);
            case Coding: return CodingByte(ref s, value);
            case Chunk or ChunkSize or ChunkRest or ChunkCr: return ChunkByte(ref s, value);
            case DataEnd when value == '\r': return Go(ref s, DataLf);
            case DataEnd or DataLf: return value == '\n' ? Go(ref s, Chunk) : FramingStep.Bad;
            case Trailer or TrailerCr:
                return value == '\n' ? FramingStep.Done : Go(ref s, value == '\r' && s.Step == Trailer ? TrailerCr : TrailerRest);
            default: return value == '\n' ? Go(ref s, Trailer) : FramingStep.On;
        }
    }

    private static FramingStep LineStart(ref FramingState s, byte value)
    {
        if (value == '\n')
        {
            return HeadDone(ref s);
        }

        if (value == '\r' && s.Step == Line)
        {
            return Go(ref s, LineCr);
        }

        if (s.Step == LineCr || value is (byte)' ' or (byte)'\t')
        {
            return Go(ref s, Rest); // a folded line, or none at all
        }

        s.Match = s.Other = 0;
        s.Step = Name;
        return NameByte(ref s, value);
    }

    private static FramingStep HeadDone(ref FramingState s)
    {
        s.Value = 0;
        s.Other = 0;
        if ((s.Flags & HasCoding) != 0)
        {
            return (s.Flags & IsChunked) != 0 ? Go(ref s, Chunk) : FramingStep.Bad;
        }

        s.Left = s.Total;
        return s.Left > 0 ? FramingStep.DoneAfter : FramingStep.Done;
    }

    private static FramingStep NameByte(ref FramingState s, byte value)
    {
        if (value == '\n')
        {
            return Go(ref s, Line);
        }

        if (value != ':')
        {
            s.Match = Matched(ContentLength, s.Match, value);
            s.Other = Matched(TransferEncoding, s.Other, value);
            return FramingStep.On;
        }

        bool length = s.Match == ContentLength.Length, coding = s.Other == TransferEncoding.Length;
        s.Value = 0;
        s.Match = 0;
        return Go(ref s, length ? LengthBefore : coding ? Coding : Rest);
    }

    private static FramingStep LengthByte(ref FramingState s, byte value)
    {
        if (char.IsAsciiDigit((char)value) && s.Step != LengthAfter)
        {
            s.AddDigit(10, (uint)(value - '0'));
            return s.Value > Framing.MaximumRequest ? FramingStep.Bad : Go(ref s, Length);
        }

        if (IsBlank(value))
        {
            return Go(ref s, s.Step == LengthBefore ? LengthBefore : LengthAfter);
        }

        if (value != '\n' || s.Step == LengthBefore || ((s.Flags & HasLength) != 0 && s.Total != (long)s.Value))
        {
            return FramingStep.Bad;
        }

        s.Total = (long)s.Value;
        s.Flags |= HasLength;
        return Go(ref s, Line);
    }

    private static FramingStep CodingByte(ref FramingState s, byte value)
    {
        int all = Chunked.Length;
        bool matched = s.Match == all || s.Match == all + 1;
        if (value == '\n')
        {
            s.Flags = (s.Flags & ~IsChunked) | HasCoding | (matched ? IsChunked : 0);
            return Go(ref s, Line);
        }

        s.Match = value == ',' ? 0
            : IsBlank(value) ? s.Match == 0 ? 0 : matched ? all + 1 : No
            : s.Match < all ? Matched(Chunked, s.Match, value) : No;
        return FramingStep.On;
    }

    private static FramingStep ChunkByte(ref FramingState s, byte value)
    {
        if (char.IsAsciiHexDigit((char)value) && s.Step <= ChunkSize)
        {
            s.AddDigit(16, (uint)Convert.ToInt32(((char)value).ToString(), 16));
            return s.Value > Framing.MaximumRequest || s.At > Framing.MaximumRequest ? FramingStep.Bad : Go(ref s, ChunkSize);
        }

        if (s.Step == Chunk || (s.Step == ChunkCr && value != '\n'))
        {
            return FramingStep.Bad;
        }

        if (value == '\n')
        {
            s.Left = (long)s.Value;
            s.Value = 0;
            return Go(ref s, s.Left > 0 ? DataEnd : Trailer);
        }

        return s.Step == ChunkRest || value is (byte)';' or (byte)' ' or (byte)'\t' ? Go(ref s, ChunkRest)
            : value == '\r' ? Go(ref s, ChunkCr) : FramingStep.Bad;
    }

    private static FramingStep Go(ref FramingState s, int step)
    {
        s.Step = step;
        return FramingStep.On;
    }

    /// <summary>How much of the word matches, after one more byte.</summary>
    private static int Matched(ReadOnlySpan<byte> word, int before, byte value) =>
        before < word.Length && word[before] == (byte)char.ToLowerInvariant((char)value) && value < 128 ? before + 1 : No;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r';

    private static bool IsToken(byte value) => char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~"u8.Contains(value);
}
