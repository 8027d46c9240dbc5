using System.Buffers.Binary;
using SelfHeal.Log;

namespace SelfHeal.Tests.Log;

/// <summary>Writes event segments as log.c does.</summary>
internal sealed class SegmentBuilder
{
    private readonly List<byte> _events = [];

    public long Count { get; private set; }

    public SegmentBuilder Event(int code, int resultForm = 0, byte[]? result = null, int payloadForm = 0, byte[]? payload = null,
        ushort check = 0xabcd)
    {
        _events.AddRange(U16((ushort)(code | (resultForm << 10) | (payloadForm << 13))));
        _events.AddRange(U16(check));
        _events.AddRange(result ?? []);
        _events.AddRange(payload ?? []);
        Count++;
        return this;
    }

    public SegmentBuilder Stream(int code, int descriptor, byte[] bytes) =>
        Event(code, 4, U32((uint)bytes.Length), 2, [.. U16((ushort)descriptor), .. U32((uint)bytes.Length), .. bytes]);

    public SegmentBuilder More(int code, byte[] bytes) => Event(code, 4, U32((uint)bytes.Length), 1, bytes);

    /// <summary>A difference to the last event of the same code; with a rest the low 15 bits of its zig-zag.</summary>
    public SegmentBuilder Delta(int code, ushort low, byte? rest = null) =>
        Event(code, 6, rest is { } more ? [more] : null, check: (ushort)(low | (rest is null ? 0 : 0x8000)));

    public SegmentBuilder Short(int code, byte descriptor, byte[] bytes) =>
        Event(code, 2, [(byte)bytes.Length], 6, [descriptor, .. bytes]);

    /// <summary>The end of an interval.</summary>
    public SegmentBuilder Switch(byte next, long places, bool inexact = false) => Event(
        711, 2, [next], places < 0x3fff ? 0 : 3, places < 0x3fff ? null : [8, .. U64((ulong)places)],
        (ushort)(Math.Min(places, 0x3fff) + (inexact ? 0x8000 : 0)));

    public byte[] Build(int index, long firstEvent, bool sealedSegment = true, int extra = 0)
    {
        byte[] events = _events.ToArray();
        byte[] segment = new byte[AbiLayout.SegmentSize + events.Length + extra];
        BinaryPrimitives.WriteUInt64LittleEndian(segment, AbiLayout.SegmentMagicValue);
        BinaryPrimitives.WriteUInt32LittleEndian(segment.AsSpan(AbiLayout.SegmentAbiVersion), AbiLayout.AbiVersion);
        BinaryPrimitives.WriteInt32LittleEndian(segment.AsSpan(AbiLayout.SegmentIndex), index);
        BinaryPrimitives.WriteInt64LittleEndian(segment.AsSpan(AbiLayout.SegmentFirstEvent), firstEvent);
        BinaryPrimitives.WriteInt64LittleEndian(
            segment.AsSpan(AbiLayout.SegmentCommitted), AbiLayout.SegmentSize + events.Length);
        BinaryPrimitives.WriteInt32LittleEndian(segment.AsSpan(AbiLayout.SegmentSealed), sealedSegment ? 1 : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(
            segment.AsSpan(AbiLayout.SegmentCrc), sealedSegment ? Crc32C.Compute(events) : 0);
        events.CopyTo(segment, AbiLayout.SegmentSize);
        return segment;
    }

    public static byte[] U16(ushort value) => BitConverter.GetBytes(value);

    public static byte[] U32(uint value) => BitConverter.GetBytes(value);

    public static byte[] U64(ulong value) => BitConverter.GetBytes(value);
}
