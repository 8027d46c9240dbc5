namespace SelfHeal.Log;

/// <summary>Reads one segment file and checks its header and checksum.</summary>
internal static class SegmentReader
{
    /// <summary>The bytes up to `committed`, header included; null for a last segment whose header was not yet written
    /// when the process was killed.</summary>
    public static byte[]? Read(string path, int index, bool last, long nextEvent)
    {
        byte[] segment;
        long length;
        try
        {
            using FileStream file = File.OpenRead(path);
            length = file.Length;
            if (length < AbiLayout.SegmentSize)
            {
                throw new DamagedLogException(
                    path, 0, length == 0 ? "the segment is empty" : "the segment is shorter than its header");
            }

            byte[] header = new byte[AbiLayout.SegmentSize];
            file.ReadExactly(header);
            if (last && header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                return null;
            }

            ulong committed = CheckHeader(header, path, index, nextEvent, length);
            segment = new byte[committed];
            header.CopyTo(segment, 0);
            file.ReadExactly(segment.AsSpan(AbiLayout.SegmentSize));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DamagedLogException($"{path} cannot be read: {error.Message}", error);
        }

        if (Little.U32(segment, AbiLayout.SegmentSealed) == 1
            && Crc32C.Compute(segment.AsSpan(AbiLayout.SegmentSize)) != Little.U32(segment, AbiLayout.SegmentCrc))
        {
            throw new DamagedLogException(path, AbiLayout.SegmentSize, "its checksum is wrong");
        }

        return segment;
    }

    private static ulong CheckHeader(byte[] header, string path, int index, long nextEvent, long length)
    {
        if (Little.U64(header, 0) != AbiLayout.SegmentMagicValue)
        {
            throw new DamagedLogException(path, 0, "it does not begin as an event segment");
        }

        uint version = Little.U32(header, AbiLayout.SegmentAbiVersion);
        if (version != AbiLayout.AbiVersion)
        {
            throw new DamagedLogException(
                path, AbiLayout.SegmentAbiVersion, $"its format has version {version}, this SelfHeal reads {AbiLayout.AbiVersion}",
                "use the SelfHeal that recorded it");
        }

        if (Little.U32(header, AbiLayout.SegmentIndex) != (uint)index)
        {
            throw new DamagedLogException(path, AbiLayout.SegmentIndex, "it says that it is another segment");
        }

        if (Little.U64(header, AbiLayout.SegmentFirstEvent) != (ulong)nextEvent)
        {
            throw new DamagedLogException(
                path, AbiLayout.SegmentFirstEvent, $"it does not continue at event {nextEvent}");
        }

        if (Little.U32(header, AbiLayout.SegmentSealed) > 1)
        {
            throw new DamagedLogException(path, AbiLayout.SegmentSealed, "the seal is neither 0 nor 1");
        }

        ulong committed = Little.U64(header, AbiLayout.SegmentCommitted);
        if (committed < AbiLayout.SegmentSize || committed > int.MaxValue)
        {
            throw new DamagedLogException(path, AbiLayout.SegmentCommitted, "the size in use makes no sense");
        }

        return committed <= (ulong)length
            ? committed
            : throw new DamagedLogException(path, length, $"it is cut off, {committed} bytes were in use");
    }
}
