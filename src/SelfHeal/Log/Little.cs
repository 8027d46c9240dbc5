using System.Buffers.Binary;

namespace SelfHeal.Log;

/// <summary>Little-endian numbers at byte offsets.</summary>
internal static class Little
{
    public static ushort U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);

    public static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    public static int I32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadInt32LittleEndian(data[at..]);

    public static ulong U64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);

    public static long I64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadInt64LittleEndian(data[at..]);

    /// <summary>A count that a damaged file may have made negative or huge.</summary>
    public static long Count(ReadOnlySpan<byte> data, int at) => Math.Max(0, I64(data, at));
}
