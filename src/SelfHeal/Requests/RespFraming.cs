namespace SelfHeal.Requests;

/// <summary>Values of redis's protocol and inline commands: src/Recorder/framing_resp.c.</summary>
internal static class RespFraming
{
    private const int Type = 0, Line = 1, Inline = 2, First = 3, Null = 4, NullCr = 5, Number = 6, Lf = 7, EndCr = 8;
    private const int EndLf = 9;
    private const int Bulk = 0, Array = 1, Map = 2, Attribute = 3, Nothing = 4;

    public static FramingStep Step(ref FramingState s, byte value)
    {
        switch (s.Step)
        {
            case Type: return Begin(ref s, value);
            case Line: return value == '\n' ? ValueDone(ref s) : FramingStep.On;
            case Inline: return value == '\n' ? FramingStep.Done : FramingStep.On;
            case First when value == '-' && s.Flags <= Array: return Expect(ref s, value, '-', Null);
            case Number when value == '\r': return Expect(ref s, value, '\r', Lf);
            case First or Number:
                s.Step = Number;
                if (!char.IsAsciiDigit((char)value))
                {
                    return FramingStep.Bad;
                }

                s.AddDigit(10, (uint)(value - '0'));
                return FramingStep.On;
            case Null:
                s.Flags = Nothing;
                return Expect(ref s, value, '1', NullCr);
            case NullCr: return Expect(ref s, value, '\r', Lf);
            case Lf: return value == '\n' ? Counted(ref s) : FramingStep.Bad;
            case EndCr: return Expect(ref s, value, '\r', EndLf);
            default: return value == '\n' ? ValueDone(ref s) : FramingStep.Bad;
        }
    }

    private static FramingStep Begin(ref FramingState s, byte value)
    {
        bool first = s.At == 0;
        s.Total = first ? 1 : s.Total;
        s.Value = 0;
        s.Step = First;
        switch ((char)value)
        {
            case '$' or '!' or '=': s.Flags = Bulk; break;
            case '*' or '~' or '>': s.Flags = Array; break;
            case '%': s.Flags = Map; break;
            case '|': s.Flags = Attribute; break;
            case '+' or '-' or ':' or ',' or '(' or '#' or '_': s.Step = Line; break;
            case '\n': return first ? FramingStep.Done : FramingStep.Bad; // an empty inline command
            default:
                s.Step = Inline;
                return first ? FramingStep.On : FramingStep.Bad;
        }

        return FramingStep.On;
    }

    private static FramingStep Counted(ref FramingState s)
    {
        if (s.Value > Framing.MaximumRequest || s.Total > Framing.MaximumRequest || s.At > Framing.MaximumRequest)
        {
            return FramingStep.Bad;
        }

        long count = (long)s.Value;
        if (s.Flags == Bulk)
        {
            s.Left = count;
            s.Step = EndCr;
            return FramingStep.On;
        }

        s.Total += s.Flags switch { Array => count, Map => 2 * count, Attribute => (2 * count) + 1, _ => 0 };
        return ValueDone(ref s);
    }

    private static FramingStep ValueDone(ref FramingState s)
    {
        s.Step = Type;
        return --s.Total > 0 ? FramingStep.On : FramingStep.Done;
    }

    private static FramingStep Expect(ref FramingState s, byte value, char expected, int step)
    {
        s.Step = step;
        return value == expected ? FramingStep.On : FramingStep.Bad;
    }
}
