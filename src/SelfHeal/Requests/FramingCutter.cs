using System.Runtime.CompilerServices;

namespace SelfHeal.Requests;

/// <summary>The loop over the bytes: framing_cut of src/Recorder/framing.c.</summary>
internal sealed class FramingCutter(Framing framing) : IRequestCutter
{
    private readonly int[] _fallback = Fallback(framing.DelimiterBytes.Span);
    private FramingState _state;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    public RequestCut Next(ReadOnlySpan<byte> bytes, bool ended)
    {
        if (_state.Malformed)
        {
            return Malformed();
        }

        if (framing.Kind == FramingKind.Raw && bytes.Length > 0)
        {
            return Complete(bytes.Length);
        }

        while (_state.At < bytes.Length)
        {
            if (_state.Left > 0)
            {
                long skipped = Math.Min(bytes.Length - _state.At, _state.Left);
                _state.At += skipped;
                _state.Left -= skipped;
                if (_state.Left == 0 && _state.Last)
                {
                    return Complete(_state.At);
                }

                continue;
            }

            FramingStep next = Step(bytes[(int)_state.At]);
            if (next == FramingStep.Bad)
            {
                return Malformed();
            }

            _state.At++;
            _state.Last = next == FramingStep.DoneAfter;
            if (next == FramingStep.Done)
            {
                return Complete(_state.At - _state.Other);
            }
        }

        return ended && bytes.Length > 0 ? EndsWithStream() ? Complete(bytes.Length) : Malformed()
            : new RequestCut(RequestCutKind.More, _state.Left > 0 ? _state.Left : 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    private FramingStep Step(byte value) => framing.Kind switch
    {
        FramingKind.Line => value == '\n' ? FramingStep.Done : FramingStep.On,
        FramingKind.Delimiter => Delimiter(value),
        FramingKind.Length => Length(value),
        FramingKind.Mysql => Mysql(value),
        FramingKind.Mbox => MailFraming.Mbox(ref _state, value),
        FramingKind.Imap => MailFraming.Imap(ref _state, value),
        FramingKind.Http => HttpFraming.Step(ref _state, value),
        FramingKind.Resp => RespFraming.Step(ref _state, value),
        _ => FramingStep.Bad,
    };

    private FramingStep Delimiter(byte value)
    {
        ReadOnlySpan<byte> delimiter = framing.DelimiterBytes.Span;
        while (_state.Match > 0 && delimiter[_state.Match] != value)
        {
            _state.Match = _fallback[_state.Match - 1];
        }

        _state.Match += delimiter[_state.Match] == value ? 1 : 0;
        return _state.Match == delimiter.Length ? FramingStep.Done : FramingStep.On;
    }

    private FramingStep Length(byte value)
    {
        if (_state.At < framing.Offset)
        {
            return FramingStep.On;
        }

        int place = (int)(_state.At - framing.Offset);
        _state.Value = framing.BigEndian ? (_state.Value << 8) | value : _state.Value | ((ulong)value << (8 * place));
        if (place + 1 < framing.Size)
        {
            return FramingStep.On;
        }

        int header = framing.Offset + framing.Size;
        if (_state.Value > Framing.MaximumRequest)
        {
            return FramingStep.Bad;
        }

        long total = (long)_state.Value + framing.Extra;
        if (total < header || total > Framing.MaximumRequest)
        {
            return FramingStep.Bad;
        }

        _state.Left = total - header;
        return _state.Left > 0 ? FramingStep.DoneAfter : FramingStep.Done;
    }

    private FramingStep Mysql(byte value)
    {
        if (_state.Step < 3)
        {
            _state.Value |= (ulong)value << (8 * _state.Step++);
            return FramingStep.On;
        }

        _state.Left = (long)_state.Value;
        _state.Step = 0;
        _state.Value = 0;
        return _state.Left == 0xffffff ? _state.At < Framing.MaximumRequest ? FramingStep.On : FramingStep.Bad
            : _state.Left > 0 ? FramingStep.DoneAfter : FramingStep.Done;
    }

    /// <summary>The end of the stream ends such a request, as it does for a program that reads it.</summary>
    private bool EndsWithStream() => framing.Kind switch
    {
        FramingKind.Line or FramingKind.Delimiter => true,
        FramingKind.Mbox => _state.At >= MailFraming.From.Length,
        FramingKind.Imap => _state.Left == 0,
        _ => false,
    };

    private RequestCut Complete(long size)
    {
        _state = default;
        return new RequestCut(RequestCutKind.Complete, size);
    }

    private RequestCut Malformed()
    {
        _state.Malformed = true;
        return new RequestCut(RequestCutKind.Malformed, _state.At);
    }

    private static int[] Fallback(ReadOnlySpan<byte> delimiter)
    {
        int[] fallback = new int[delimiter.Length];
        int match = 0;
        for (int i = 1; i < delimiter.Length; i++)
        {
            while (match > 0 && delimiter[match] != delimiter[i])
            {
                match = fallback[match - 1];
            }

            match += delimiter[match] == delimiter[i] ? 1 : 0;
            fallback[i] = match;
        }

        return fallback;
    }
}
