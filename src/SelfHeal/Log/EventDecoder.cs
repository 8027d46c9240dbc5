using System.Runtime.CompilerServices;

namespace SelfHeal.Log;

/// <summary>Decodes events; keeps what later events refer to (last difference per code, the last input descriptor).</summary>
internal sealed class EventDecoder
{
    private const int Codes = 1024;
    private const int DeltaBits = 15; // of a difference, in the check
    private const int DeltaMore = 0x8000;
    private readonly long[] _previous = new long[Codes];
    private readonly InputOrder _order = new();
    private int _thread;

    /// <summary>Index of the next event.</summary>
    public long Next { get; private set; }

    /// <summary>A new segment: the writer names the descriptor of the first stream input again.</summary>
    public void StartSegment() => _order.Clear();

    /// <summary>Decodes the event at <paramref name="at"/> and moves behind it.</summary>
    /// <exception cref="DamagedLogException">The bytes are no event.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    public LoggedEvent Decode(byte[] segment, ref int at, string path, int index)
    {
        var cursor = new Cursor(segment, at, path);
        ushort head = cursor.U16();
        ushort check = cursor.U16();
        int code = head & (Codes - 1);
        if (code == (int)EventCode.Start)
        {
            Array.Clear(_previous); // another image after exec counts anew
            _thread = 0;
        }

        long? result = Result(ref cursor, (head >> 10) & 7, code, check);
        int descriptor = -1;
        ReadOnlyMemory<byte> input = default;
        ReadOnlyMemory<byte> blob = default;
        int payload = head >> 13;
        switch (payload)
        {
            case 0:
                break;
            case 1:
            case 6:
            case 7:
                descriptor = payload == 1 ? _order.Last : payload == 6 ? cursor.U8() : _order.Next;
                result ??= _order.Length;
                input = cursor.Bytes(descriptor >= 0 ? Math.Max(0, result.Value) : throw cursor.Damaged("input bytes without a descriptor"));
                break;
            case 2:
            case 5:
                descriptor = cursor.U16();
                input = cursor.Bytes(cursor.U32());
                blob = payload == 5 ? cursor.Bytes(cursor.U32()) : default;
                break;
            case 3:
                blob = cursor.Bytes(cursor.U8());
                break;
            case 4:
                blob = cursor.Bytes(cursor.U32());
                break;
            default:
                throw cursor.Damaged($"payload form {payload} is unknown");
        }

        _order.Note(descriptor, input.Length);
        var logged = new LoggedEvent(Next, code, check, result, descriptor, input, blob, index, at, _thread) { Size = cursor.At - at };
        _thread = logged.IsIntervalEnd ? NextThread(cursor, logged) : _thread;
        Next++;
        at = cursor.At;
        return logged;
    }

    private static int NextThread(Cursor cursor, LoggedEvent end)
    {
        bool many = (end.Check & LoggedEvent.ManyPlaces) == LoggedEvent.ManyPlaces;
        return (!many || end.Blob.Length is 8 or 16) && end.Places >= 0 && end.Result is >= 0 and <= int.MaxValue
            ? (int)end.Result.Value
            : throw cursor.Damaged("the end of an interval makes no sense");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    private long? Result(ref Cursor cursor, int form, int code, ushort check)
    {
        long? result = form switch
        {
            0 => 0,
            1 => null,
            2 => cursor.U8(),
            3 => -cursor.U8(),
            4 => cursor.U32(),
            5 => cursor.I64(),
            6 => unchecked(_previous[code] + cursor.Difference(check)),
            _ => 1,
        };
        if (form == 6)
        {
            _previous[code] = result!.Value;
        }

        return result;
    }

    private struct Cursor(byte[] data, int at, string path)
    {
        public int At { get; private set; } = at;

        public int U8() => data[Take(1)];

        public ushort U16() => Little.U16(data, Take(2));

        public uint U32() => Little.U32(data, Take(4));

        public long I64() => Little.I64(data, Take(8));

        public long Difference(ushort low)
        {
            bool more = (low & DeltaMore) != 0;
            if (!more)
            {
                return low;
            }

            ulong value = low & (DeltaMore - 1u);
            for (int shift = DeltaBits; more; shift += 7)
            {
                int next = shift < 64 ? U8() : throw Damaged("a difference is too long");
                value |= (ulong)(next & 0x7f) << shift;
                more = (next & 0x80) != 0;
            }

            return (long)(value >> 1) ^ -(long)(value & 1);
        }

        public ReadOnlyMemory<byte> Bytes(long count) =>
            count <= data.Length - At
                ? data.AsMemory(Take((int)count), (int)count)
                : throw Damaged($"{count} bytes should follow, {data.Length - At} are there");

        public readonly DamagedLogException Damaged(string what) => new(path, At, what);

        private int Take(int count)
        {
            int start = At;
            if (count > data.Length - start)
            {
                throw Damaged("the last event is cut off");
            }

            At = start + count;
            return start;
        }
    }
}
