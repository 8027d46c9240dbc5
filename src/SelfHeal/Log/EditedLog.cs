using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SelfHeal.Log;

/// <summary>Writes copies of a log in which input is changed. For fresh replays, which only take the input from it: where
/// events are left out, those behind have other numbers.</summary>
/// <param name="eventsDirectory">RUN/events of the log that is copied.</param>
/// <param name="needed">Events that are kept in memory, and can be written; null: all.</param>
internal sealed class EditedLog(string eventsDirectory, Func<LoggedEvent, bool>? needed = null)
{
    private const int FormCount = 0x1c00, FormAsLast = 1 << 10, FormU32 = 4 << 10, PayloadStream = 2 << 13, PayloadStreamBlob = 5 << 13, PayloadBlob = 3 << 13;
    private readonly List<byte[]> _segments = [];
    private List<LoggedEvent>? _events;

    private readonly Lock _loading = new();

    /// <summary>Those that are needed, in their order.</summary>
    /// <exception cref="DamagedLogException">It cannot be decoded.</exception>
    public IReadOnlyList<LoggedEvent> Events => Load();

    /// <param name="target">RUN/events of the copy; it exists, and is empty.</param>
    /// <param name="kept">Some of the events, in their order.</param>
    /// <param name="edit">Input bytes in place of an event's own; empty: the event is left out; null: as it is.</param>
    /// <param name="killBehind">Behind this event the program is killed once it waits; null: it is not.</param>
    /// <param name="again">What comes between that event and the kill.</param>
    public void Write(
        string target, IReadOnlyList<LoggedEvent> kept, Func<LoggedEvent, ReadOnlyMemory<byte>?> edit, long? killBehind = null,
        IEnumerable<RepeatedConnection>? again = null)
    {
        long count = 0;
        int next = 0;
        for (int segment = 0; segment < _segments.Count; segment++)
        {
            byte[] source = _segments[segment];
            if (source.Length == 0)
            {
                continue; // its header was never written
            }

            var copy = new MemoryStream();
            long first = count;
            copy.Write(source, 0, AbiLayout.SegmentSize);
            for (; next < kept.Count && kept[next].Segment == segment; next++)
            {
                count += Copy(copy, Bytes(kept[next]), kept[next], edit(kept[next]));
                if (kept[next].Index == killBehind)
                {
                    count += (again ?? []).Sum(connection => Repeat(copy, connection));
                    Kill(copy);
                    count++;
                }
            }

            byte[] bytes = copy.ToArray();
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(AbiLayout.SegmentFirstEvent), first);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(AbiLayout.SegmentCommitted), bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(AbiLayout.SegmentSealed), 0);
            File.WriteAllBytes(EventLog.SegmentPath(target, segment), bytes);
        }
    }

    private List<LoggedEvent> Load()
    {
        lock (_loading)
        {
            return _events ??= ReadAll();
        }
    }

    private List<LoggedEvent> ReadAll()
    {
        var events = new List<LoggedEvent>();
        var firsts = new Dictionary<int, long>();
        long count = 0;
        foreach (LoggedEvent one in new EventLog(eventsDirectory).Read())
        {
            firsts.TryAdd(one.Segment, one.Index);
            count = one.Index + 1;
            if (needed is null || needed(one))
            {
                events.Add(one);
            }
        }

        int files = Directory.GetFiles(eventsDirectory, "*.seg").Length;
        for (int i = 0; i < files; i++)
        {
            long first = firsts.GetValueOrDefault(i, i == 0 ? 0 : count);
            _segments.Add(SegmentReader.Read(EventLog.SegmentPath(eventsDirectory, i), i, i == files - 1, first) ?? []);
        }

        return events;
    }

    private ReadOnlySpan<byte> Bytes(LoggedEvent one) => _segments[one.Segment].AsSpan((int)one.Offset, one.Size);

    private LoggedEvent At(long index)
    {
        int low = 0;
        for (int high = _events!.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = _events[middle].Index < index ? (middle + 1, high) : (low, middle);
        }

        return _events[low];
    }

    /// <summary>The end of the stream before, then the connection once more.</summary>
    private int Repeat(MemoryStream to, RepeatedConnection connection)
    {
        LoggedEvent accept = At(connection.Accept);
        int events = 1;
        Span<byte> end = stackalloc byte[10];
        end.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(end, SystemCalls.Read | PayloadStream); // the result is 0, its form, too
        BinaryPrimitives.WriteUInt16LittleEndian(end[4..], (ushort)accept.Result!.Value);
        to.Write(end);
        to.Write(Bytes(accept));
        foreach ((long number, ReadOnlyMemory<byte>? input) in connection.Inputs)
        {
            events += Copy(to, Bytes(At(number)), At(number), input);
        }

        return events + 1;
    }

    /// <summary>Input names its descriptor in each event, for the one before may be left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // most of it is done before the runtime would optimise it
    private static int Copy(MemoryStream to, ReadOnlySpan<byte> bytes, LoggedEvent one, ReadOnlyMemory<byte>? input)
    {
        if (one.Descriptor < 0)
        {
            to.Write(bytes);
            return 1;
        }

        if (input is { Length: 0 })
        {
            return 0;
        }

        ushort head = Little.U16(bytes, 0);
        ReadOnlyMemory<byte> held = input ?? one.Input;
        // as many bytes as the input before: that may be another one now
        bool other = input is not null || ((head & FormCount) == FormAsLast && head >> 13 is 1 or 6 or 7);
        int form = other ? FormU32 : head & FormCount;
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)((head & 0x3ff) | form | (one.Blob.Length > 0 ? PayloadStreamBlob : PayloadStream)));
        to.Write(number[..2]);
        to.Write(bytes[2..4]);
        if (!other)
        {
            to.Write(bytes.Slice(4, ResultSize(form >> 10)));
        }
        else
        {
            Write(to, (uint)held.Length);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)one.Descriptor);
        to.Write(number[..2]);
        Write(to, (uint)held.Length);
        to.Write(held.Span);
        if (one.Blob.Length > 0)
        {
            Write(to, (uint)one.Blob.Length);
            to.Write(one.Blob.Span);
        }

        return 1;
    }

    private static int ResultSize(int form) => form switch
    {
        2 or 3 => 1,
        4 => 4,
        5 => 8,
        _ => 0, // differences are no input
    };

    /// <summary>A SIGKILL as from outside.</summary>
    private static void Kill(MemoryStream to)
    {
        byte[] record = new byte[5 + AbiLayout.SignalSize];
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)((int)EventCode.Signal | PayloadBlob));
        record[4] = AbiLayout.SignalSize;
        record[5 + AbiLayout.SignalSigno] = 9;
        record[5 + AbiLayout.SignalInfo] = 9; // si_signo; si_code, si_pid and si_uid are 0: kill(2) from nobody of ours
        to.Write(record);
    }

    private static void Write(MemoryStream to, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        to.Write(bytes);
    }
}
