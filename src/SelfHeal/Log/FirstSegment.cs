namespace SelfHeal.Log;

/// <summary>The first segment of a log. The engine makes it before the program starts, because creating a file is the most
/// expensive part of the recorder's own start; the recorder fills it, and the engine cuts off what is unused.</summary>
internal static class FirstSegment
{
    private const int Size = 256 * 1024;

    /// <summary>Makes it, of zeros, with its blocks allocated: a full disk is told here and not by a signal later.</summary>
    /// <exception cref="IOException">The disk is full, or the directory is not writable.</exception>
    public static void Make(string eventsDirectory)
    {
        using var file = new FileStream(
            EventLog.SegmentPath(eventsDirectory, 0),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = Size });
        file.SetLength(Size);
    }

    /// <summary>Cuts off what is unused, or removes the segment when the recorder never began to write.
    /// A log that is damaged, or still open, stays as it is.</summary>
    public static void Trim(string eventsDirectory)
    {
        string path = EventLog.SegmentPath(eventsDirectory, 0);
        if (!File.Exists(path))
        {
            return;
        }

        byte[] header = new byte[AbiLayout.SegmentSize];
        using (FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite))
        {
            bool whole = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length;
            bool unused = whole && header.AsSpan().IndexOfAnyExcept((byte)0) < 0;
            ulong committed = Little.U64(header, AbiLayout.SegmentCommitted);
            if (!unused)
            {
                if (whole && committed >= AbiLayout.SegmentSize && committed < (ulong)file.Length
                    && Little.U64(header, 0) == AbiLayout.SegmentMagicValue)
                {
                    file.SetLength((long)committed);
                }

                return;
            }
        }

        File.Delete(path);
    }
}
