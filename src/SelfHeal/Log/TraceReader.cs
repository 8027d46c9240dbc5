namespace SelfHeal.Log;

/// <summary>Streaming reader of trace.bin and stacks.bin.</summary>
public static class TraceReader
{
    /// <summary>Decodes record after record.</summary>
    /// <exception cref="DamagedLogException">Thrown while enumerating.</exception>
    public static IEnumerable<TraceRecord> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DamagedLogException($"There is no {path}: replay with the mode that writes it.");
        }

        using var file = new BufferedStream(File.OpenRead(path), 1 << 16);
        byte[] header = new byte[AbiLayout.TraceSize];
        long at = 0;
        for (;;)
        {
            int got = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (got == 0)
            {
                yield break;
            }

            int frames = got == header.Length ? Little.U16(header, AbiLayout.TraceFrameCount) : 0;
            if (got < header.Length || Little.U32(header, 0) != (uint)(AbiLayout.TraceSize + (8 * frames)))
            {
                throw new DamagedLogException(path, at, "a record is cut off or has a wrong size", "replay again");
            }

            int kind = Little.U16(header, AbiLayout.TraceKind);
            byte[] stack = new byte[8 * frames];
            if (kind is < 1 or > 6 || file.ReadAtLeast(stack, stack.Length, throwOnEndOfStream: false) < stack.Length)
            {
                throw new DamagedLogException(path, at, "a record is cut off or of unknown kind", "replay again");
            }

            at += header.Length + stack.Length;
            yield return Decode(header, stack, (TraceKind)kind);
        }
    }

    private static TraceRecord Decode(byte[] header, byte[] stack, TraceKind kind)
    {
        ulong[] arguments = new ulong[6];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Little.U64(header, AbiLayout.TraceA + (8 * i));
        }

        ulong[] frames = new ulong[stack.Length / 8];
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i] = Little.U64(stack, 8 * i);
        }

        return new TraceRecord(
            kind, Little.I32(header, AbiLayout.TraceCode), Little.Count(header, AbiLayout.TraceNumber),
            Little.Count(header, AbiLayout.TraceEvent), arguments, Little.U64(header, AbiLayout.TraceB), frames,
            Little.I32(header, AbiLayout.TraceThread));
    }
}
