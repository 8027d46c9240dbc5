using Microsoft.Win32.SafeHandles;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>What the engine must know of an ELF file itself: build-id, interpreter, and where functions start (from
/// .eh_frame_hdr, which stripped programs have too). Names and lines come from binutils.</summary>
public sealed class ElfImage
{
    private const int InterpreterSegment = 3;
    private const int NoteSegment = 4;
    private const uint UnwindSegment = 0x6474e550;
    private readonly List<(uint Type, ulong Offset, ulong Address, ulong Size)> _segments = [];

    /// <param name="slice">So many bytes of the file from an offset on; none where it has not so many.</param>
    /// <param name="path">Of the file.</param>
    private ElfImage(Func<ulong, ulong, byte[]> slice, string path)
    {
        Path = path;
        byte[] start = slice(0, 64);
        if (start.Length < 64 || Little.U32(start, 0) != 0x464c457f || start[4] != 2 || start[5] != 1)
        {
            throw new InvalidDataException($"{path} is no 64-bit ELF file.");
        }

        Machine = Little.U16(start, 18);
        ulong table = Little.U64(start, 32);
        int size = Little.U16(start, 54);
        int count = Little.U16(start, 56);
        for (int i = 0; i < count && size >= 56; i++)
        {
            byte[] header = slice(table + ((ulong)i * (ulong)size), 56);
            if (header.Length == 56)
            {
                _segments.Add((Little.U32(header, 0), Little.U64(header, 8), Little.U64(header, 16),
                    Little.U64(header, 32)));
            }
        }

        BuildId = ReadBuildId(slice);
        HasInterpreter = _segments.Exists(segment => segment.Type == InterpreterSegment);
        FunctionStarts = ReadFunctionStarts(slice);
    }

    public string Path { get; }

    /// <summary>GNU build-id in lower-case hex; empty if there is none.</summary>
    public string BuildId { get; }

    /// <summary>e_machine; 62 is x86-64.</summary>
    public int Machine { get; }

    /// <summary>The program is dynamically linked.</summary>
    public bool HasInterpreter { get; }

    /// <summary>Virtual addresses at which functions (or their cold parts) start, ascending; may be empty.</summary>
    public IReadOnlyList<ulong> FunctionStarts { get; }

    /// <summary>Reads a file; null when it cannot be read or is no 64-bit little-endian ELF file.</summary>
    public static ElfImage? TryRead(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            long length = RandomAccess.GetLength(file);
            return new ElfImage((offset, size) => Slice(file, length, offset, size), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Start of the function that holds a virtual address; null when unknown.</summary>
    public ulong? FunctionStart(ulong address)
    {
        int low = 0;
        int high = FunctionStarts.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (FunctionStarts[middle] <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? null : FunctionStarts[low - 1];
    }

    internal static ElfImage Parse(byte[] file, string path) =>
        new((offset, size) => Fits((ulong)file.Length, offset, size) ? file.AsSpan((int)offset, (int)size).ToArray() : [], path);

    private string ReadBuildId(Func<ulong, ulong, byte[]> slice)
    {
        foreach (var (type, offset, _, size) in _segments)
        {
            ReadOnlySpan<byte> notes = type == NoteSegment ? slice(offset, size) : default;
            while (notes.Length >= 12)
            {
                ulong name = (Little.U32(notes, 0) + 3UL) & ~3UL;
                ulong description = Little.U32(notes, 4);
                ulong next = 12 + name + ((description + 3) & ~3UL);
                if (12 + name + description > (ulong)notes.Length)
                {
                    break;
                }

                if (Little.U32(notes, 8) == 3 && name == 4 && notes.Slice(12, 4).SequenceEqual("GNU\0"u8))
                {
                    return Convert.ToHexStringLower(notes.Slice((int)(12 + name), (int)description));
                }

                notes = next >= (ulong)notes.Length ? default : notes[(int)next..];
            }
        }

        return "";
    }

    private ulong[] ReadFunctionStarts(Func<ulong, ulong, byte[]> slice)
    {
        foreach (var (type, offset, address, size) in _segments)
        {
            // version 1, pointer to .eh_frame as sdata4 pcrel, count as udata4, table as sdata4 datarel: what ld writes
            ReadOnlySpan<byte> header = type == UnwindSegment ? slice(offset, size) : default;
            if (header.Length < 12 || header[0] != 1 || header[1] != 0x1b || header[2] != 3 || header[3] != 0x3b)
            {
                continue;
            }

            int count = (int)Math.Min(Little.U32(header, 8), (uint)((header.Length - 12) / 8));
            ulong[] starts = new ulong[count];
            for (int i = 0; i < count; i++)
            {
                starts[i] = unchecked(address + (ulong)(long)Little.I32(header, 12 + (8 * i)));
            }

            Array.Sort(starts);
            return starts;
        }

        return [];
    }

    private static byte[] Slice(SafeFileHandle file, long length, ulong offset, ulong size)
    {
        byte[] bytes = Fits((ulong)length, offset, size) ? new byte[size] : [];
        return bytes.Length > 0 && RandomAccess.Read(file, bytes, (long)offset) == bytes.Length ? bytes : [];
    }

    private static bool Fits(ulong length, ulong offset, ulong size) => size <= (ulong)Array.MaxLength && offset <= length && size <= length - offset;
}
