namespace SelfHeal.Requests;

/// <summary>Messages of an mbox file, and lines of IMAP: src/Recorder/framing_mail.c.</summary>
internal static class MailFraming
{
    private const int InLine = 0, LineStart = 1, LineCr = 2;
    private const int Text = 0, Open = 1, Digits = 2, Plus = 3, Closed = 4, Cr = 5;

    public static ReadOnlySpan<byte> From => "From "u8;

    public static FramingStep Mbox(ref FramingState s, byte value)
    {
        if (s.At < From.Length)
        {
            return value == From[(int)s.At] ? FramingStep.On : FramingStep.Bad;
        }

        if (value == '\n')
        {
            s.Match = s.Flags != InLine ? 1 : 0;
            s.Flags = LineStart;
            s.Other = 0;
            return FramingStep.On;
        }

        bool start = s.Flags == LineStart;
        s.Flags = start && value == '\r' ? LineCr : InLine;
        if (s.Match == 1 && (start || s.Other > 0) && value == From[s.Other])
        {
            s.Other++;
            return s.Other == From.Length ? FramingStep.Done : FramingStep.On;
        }

        s.Other = 0;
        return FramingStep.On;
    }

    public static FramingStep Imap(ref FramingState s, byte value)
    {
        int before = s.Step;
        if (value == '\n')
        {
            if (before is not (Closed or Cr))
            {
                return FramingStep.Done;
            }

            if (s.Value > Framing.MaximumRequest || s.At > Framing.MaximumRequest)
            {
                return FramingStep.Bad;
            }

            s.Left = (long)s.Value;
            s.Step = Text;
            return FramingStep.On;
        }

        s.Step = Text;
        if (value == '{')
        {
            s.Step = Open;
            s.Value = 0;
        }
        else if (char.IsAsciiDigit((char)value) && (before is Open or Digits))
        {
            s.Step = Digits;
            s.AddDigit(10, (uint)(value - '0'));
        }
        else if (value == '+' && before == Digits)
        {
            s.Step = Plus;
        }
        else if (value == '}' && (before is Digits or Plus))
        {
            s.Step = Closed;
        }
        else if (value == '\r' && before == Closed)
        {
            s.Step = Cr;
        }

        return FramingStep.On;
    }
}
