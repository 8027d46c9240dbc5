using System.Runtime.CompilerServices;

namespace SelfHeal.Requests;

/// <summary>One match, all ways at once: src/Recorder/pattern.c, which explains it.</summary>
internal ref struct PatternMatch
{
    private const int Entered = 1, EnteredNegative = 2;
    private readonly CompiledPattern _pattern;
    private readonly ReadOnlySpan<byte> _request;
    private readonly Progress[] _progress;
    private int _at;
    private long _number; // the run of digits before _at
    private bool _alive; // something could still match

    public PatternMatch(CompiledPattern pattern, ReadOnlySpan<byte> request)
    {
        _pattern = pattern;
        _request = request;
        _progress = new Progress[pattern.Elements.Length];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    public bool Run()
    {
        if (_request.Length < _pattern.MinimumLength)
        {
            return false;
        }

        for (; ; _at++)
        {
            bool reached = _at == 0;
            _alive = false;
            if (_at > 0)
            {
                CountDigit(_request[_at - 1]);
            }

            for (int i = 0; i < _progress.Length; i++)
            {
                reached = _pattern.Elements[i] switch
                {
                    FixedElement element => Pass(element, ref _progress[i], reached),
                    SetElement element => Pass(element, ref _progress[i], reached),
                    NumberElement element => Pass(element, ref _progress[i], reached),
                    _ => Pass((GroupElement)_pattern.Elements[i], _pattern.States[i], ref _progress[i], reached),
                };
            }

            if (_at == _request.Length || !_alive)
            {
                return _at == _request.Length && reached;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    private bool Pass(FixedElement element, ref Progress s, bool reached)
    {
        ReadOnlySpan<byte> bytes = element.Bytes.Span;
        s.Ring ??= new bool[bytes.Length];
        int slot = _at % bytes.Length;
        bool ends = s.Ring[slot], begins = reached && EqualHere(bytes, element.IgnoreCase);
        s.Ring[slot] = begins;
        s.Pending += (begins ? 1 : 0) - (ends ? 1 : 0);
        _alive |= s.Pending > 0;
        return ends;
    }

    private readonly bool EqualHere(ReadOnlySpan<byte> bytes, bool ignoreCase)
    {
        if (_request.Length - _at < bytes.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> here = _request.Slice(_at, bytes.Length);
        return ignoreCase ? System.Text.Ascii.EqualsIgnoreCase(here, bytes) || EqualBeyondAscii(here, bytes) : here.SequenceEqual(bytes);
    }

    /// <summary>Ascii.EqualsIgnoreCase finds bytes from 128 on never equal.</summary>
    private static bool EqualBeyondAscii(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && !(char.IsAsciiLetter((char)left[i]) && (left[i] | 32) == (right[i] | 32)))
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    private bool Pass(SetElement element, ref Progress s, bool reached)
    {
        bool broken = _at > 0 && !element.Set.Contains(_request[_at - 1]);
        if (broken)
        {
            s.Start = _at;
            s.First = 0;
        }

        if (element.Maximum is not { } maximum)
        {
            s.First = reached && s.First == 0 ? _at + 1 : s.First;
            _alive |= s.First > 0;
            return s.First > 0 && _at - (s.First - 1) >= element.Minimum;
        }

        int period = maximum + 1, slot = _at % period;
        s.Ring ??= new bool[period];
        if (broken)
        {
            s.Pending = 0;
        }
        else if (_at >= period && _at - period >= s.Start && s.Ring[slot])
        {
            s.Pending--;
        }

        s.Ring[slot] = reached;
        s.First = reached ? _at + 1 : s.First; // here the newest
        if (_at >= element.Minimum && _at - element.Minimum >= s.Start && s.Ring[(_at - element.Minimum) % period])
        {
            s.Pending++;
        }

        _alive |= s.First > s.Start && _at - (s.First - 1) < maximum;
        return s.Pending > 0;
    }

    private bool Pass(NumberElement element, ref Progress s, bool reached)
    {
        long low = element.Low ?? NumberElement.Smallest, high = element.High ?? long.MaxValue;
        bool before = _at > 0 && IsDigit(_at - 1), after = _at < _request.Length && IsDigit(_at), ends = false;
        if (before && !after)
        {
            ends = ((s.Pending & Entered) != 0 && _number >= low && _number <= high)
                || ((s.Pending & EnteredNegative) != 0 && -_number >= low && -_number <= high);
            s.Pending = 0;
        }

        s.Pending |= reached && after && !before ? Entered : 0;
        s.Pending |= reached && low < 0 && _request.Length - _at >= 2 && _request[_at] == '-' && IsDigit(_at + 1) ? EnteredNegative : 0;
        _alive |= s.Pending > 0;
        return ends;
    }

    private bool Pass(GroupElement element, CompiledPattern.State[] states, ref Progress s, bool reached)
    {
        ulong[] v = s.Values ??= new ulong[states.Length + 1];
        if (_at > 0)
        {
            byte value = _request[_at - 1];
            bool here = false;
            for (int j = states.Length; j >= 0; j--)
            {
                bool before = j > 0 && states[j - 1].Set.Contains(value);
                v[j] = Both(element, before ? v[j - 1] : 0, here && states[j].Loop ? v[j] : 0);
                here = before;
            }
        }

        Skip(element, states, v);
        ulong end = Both(element, reached ? 1u : 0u, Passed(element, v[^1]));
        v[0] = Both(element, v[0], end);
        Skip(element, states, v);
        v[^1] = 0;
        foreach (ulong value in v)
        {
            _alive |= value > 0;
        }

        return element.Maximum is null ? end > (ulong)element.Minimum : end >> element.Minimum > 0;
    }

    private static void Skip(GroupElement element, CompiledPattern.State[] states, ulong[] v)
    {
        for (int j = 0; j < states.Length; j++)
        {
            if (states[j].Skip)
            {
                v[j + 1] = Both(element, v[j + 1], v[j]);
            }
        }
    }

    private static ulong Both(GroupElement element, ulong a, ulong b) => element.Maximum is not null ? a | b : Math.Max(a, b);

    private static ulong Passed(GroupElement element, ulong value) => element.Maximum is { } maximum
        ? (value << 1) & ((2UL << maximum) - 1)
        : value > 0 && value <= (ulong)element.Minimum ? value + 1 : value;

    private readonly bool IsDigit(int at) => char.IsAsciiDigit((char)_request[at]);

    private void CountDigit(byte value)
    {
        int digit = value - '0';
        _number = digit is < 0 or > 9 ? 0 : _number > (long.MaxValue - digit) / 10 ? long.MaxValue : (_number * 10) + digit;
    }

    private struct Progress
    {
        public int Start;
        public int First;
        public int Pending;
        public bool[]? Ring;
        public ulong[]? Values;
    }
}
