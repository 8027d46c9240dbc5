using System.Text;

namespace SelfHeal.Terminals;

/// <summary>Cuts what a program writes to a terminal into characters and commands, byte by byte: where the bytes are cut
/// makes no difference. Follows ECMA-48 and the states of a VT500; text is UTF-8, and wrong bytes are U+FFFD.</summary>
internal sealed class TerminalParser(ITerminalActions actions)
{
    private const int NumbersKept = 32;
    private const int LargestNumber = 65535;
    private const byte EscapeByte = 0x1B;

    private readonly int[] _numbers = new int[NumbersKept];
    private State _state;
    private int _count;
    private char _mark, _intermediate;
    private int _codePoint, _missing, _smallest;

    private enum State
    {
        Ground,
        Escape,
        Sequence,

        /// <summary>A title or a device's string: nothing of it is shown.</summary>
        Text,
        TextEscape,
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (_missing > 0)
            {
                if ((b & 0xC0) == 0x80)
                {
                    Continue(b);
                    continue;
                }

                _missing = 0;
                actions.Print(Rune.ReplacementChar);
            }

            Take(b);
        }
    }

    private void Take(byte b)
    {
        if (b is 0x18 or 0x1A) // CAN, SUB: forget what was begun
        {
            _state = State.Ground;
            return;
        }

        switch (_state)
        {
            case State.Text or State.TextEscape:
                TakeText(b);
                break;
            case var _ when b == EscapeByte:
                Begin(State.Escape);
                break;
            case var _ when b < 0x20:
                actions.Control(b);
                break;
            case State.Ground:
                TakeGround(b);
                break;
            case var _ when b >= 0x80: // no part of a command
                _state = State.Ground;
                TakeGround(b);
                break;
            case State.Escape:
                TakeEscape((char)b);
                break;
            default:
                TakeSequence((char)b);
                break;
        }
    }

    private void Begin(State state)
    {
        _state = state;
        _count = 0;
        _mark = _intermediate = '\0';
        _numbers.AsSpan().Clear();
    }

    private void TakeGround(byte b)
    {
        if (b < 0x7F)
        {
            actions.Print(new Rune(b));
        }
        else if (b is >= 0xC2 and < 0xF5)
        {
            (_missing, _smallest, _codePoint) = b < 0xE0 ? (1, 0x80, b & 0x1F) : b < 0xF0 ? (2, 0x800, b & 0x0F) : (3, 0x10000, b & 0x07);
        }
        else if (b != 0x7F)
        {
            actions.Print(Rune.ReplacementChar);
        }
    }

    private void Continue(byte b)
    {
        _codePoint = (_codePoint << 6) | (b & 0x3F);
        if (--_missing == 0)
        {
            actions.Print(_codePoint >= _smallest && Rune.TryCreate(_codePoint, out Rune rune) ? rune : Rune.ReplacementChar);
        }
    }

    private void TakeText(byte b)
    {
        bool ends = b == 0x07 || (_state == State.TextEscape && b == '\\');
        if (!ends && _state == State.TextEscape && b != EscapeByte)
        {
            Begin(State.Escape); // ESC and anything else ends it, too, and is a command
            Take(b);
            return;
        }

        _state = ends ? State.Ground : b == EscapeByte ? State.TextEscape : State.Text;
    }

    private void TakeEscape(char c)
    {
        if (c < '0')
        {
            _intermediate = c;
        }
        else if (_intermediate == '\0' && c == '[')
        {
            Begin(State.Sequence);
        }
        else if (_intermediate == '\0' && c is (']' or 'P' or 'X' or '^' or '_'))
        {
            _state = State.Text;
        }
        else
        {
            _state = State.Ground;
            actions.Escape(_intermediate, c);
        }
    }

    private void TakeSequence(char c)
    {
        if (c is >= '0' and <= '9')
        {
            _count = Math.Max(_count, 1);
            ref int number = ref _numbers[_count - 1];
            number = Math.Min(LargestNumber, (number * 10) + (c - '0'));
        }
        else if (c is ';' or ':')
        {
            _count = Math.Min(NumbersKept, Math.Max(_count, 1) + 1);
        }
        else if (c < '0')
        {
            _intermediate = c;
        }
        else if (c < '@')
        {
            _mark = c;
        }
        else
        {
            _state = State.Ground;
            if (c < 0x7F)
            {
                actions.Sequence(new ControlSequence(_mark, _intermediate, c, _numbers.AsSpan(0, _count)));
            }
        }
    }
}
