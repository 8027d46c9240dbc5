using System.Runtime.InteropServices;

namespace SelfHeal.Requests;

/// <summary>A request in parts of one kind.</summary>
internal static class RequestParts
{
    public static List<ReadOnlyMemory<byte>> Lines(byte[] request) => Split(request, (before, _) => before == '\n');

    /// <summary>Runs of letters and digits, of blanks, of bytes from 128 on; other bytes alone.</summary>
    public static List<ReadOnlyMemory<byte>> Words(byte[] request) =>
        Split(request, (before, after) => Class(before) != Class(after) || Class(before) == 0);

    public static List<ReadOnlyMemory<byte>> Bytes(byte[] request) => Split(request, (_, _) => true);

    public static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        var joined = new MemoryStream();
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            joined.Write(part.Span);
        }

        return joined.ToArray();
    }

    /// <summary>Where the parts' bytes are in the array that they are parts of.</summary>
    public static IEnumerable<int> Places(IEnumerable<ReadOnlyMemory<byte>> parts) => parts.SelectMany(part =>
        MemoryMarshal.TryGetArray(part, out ArraySegment<byte> there) ? Enumerable.Range(there.Offset, there.Count) : []);

    private static int Class(byte value) => char.IsAsciiLetterOrDigit((char)value) ? 1 : value is (byte)' ' or (byte)'\t' ? 2 : value >= 128 ? 3 : 0;

    private static List<ReadOnlyMemory<byte>> Split(byte[] request, Func<byte, byte, bool> endsBetween)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        int start = 0;
        for (int i = 1; i <= request.Length; i++)
        {
            if (i == request.Length || endsBetween(request[i - 1], request[i]))
            {
                parts.Add(request.AsMemory(start, i - start));
                start = i;
            }
        }

        return parts;
    }
}
