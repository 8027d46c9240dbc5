using System.Text;

namespace SelfHeal.Requests;

/// <summary>A request that did no harm, with what is wrong in the failing one put at one of its words.</summary>
/// <param name="Request">Without it.</param>
/// <param name="Begin">Of the word.</param>
/// <param name="End">Of the word.</param>
/// <param name="Before">What is put before the word.</param>
/// <param name="Behind">What is put behind it.</param>
internal sealed record MarkedRequest(byte[] Request, int Begin, int End, byte[] Before, byte[] Behind)
{
    private const int Longest = 4096; // bytes of a request

    public byte[] Word => Request[Begin..End];

    public byte[] Bytes { get; } = [.. Request.AsSpan(0, Begin), .. Before, .. Request.AsSpan(Begin, End - Begin), .. Behind, .. Request.AsSpan(End)];

    public static bool IsOfWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'_' or (byte)'.';

    /// <summary>For each word of those requests that have all of the needed words, or all but one, its different surroundings: the word
    /// before, and how many brackets are open. The most frequent first, each in the shortest request.</summary>
    public static IReadOnlyList<IReadOnlyList<MarkedRequest>> Of(
        IReadOnlyList<ReadOnlyMemory<byte>> others, IReadOnlyCollection<byte[]> needed, byte[] prefix, byte[] suffix)
    {
        var known = new Dictionary<(string Word, string Previous, int Depth), (int Count, byte[] Request, int Begin, int End)>();
        foreach (byte[] other in others.Where(other => other.Length <= Longest && needed.Count(word => other.Span.IndexOf(word) < 0) <= 1).Select(other => other.ToArray()))
        {
            string previous = "";
            foreach (var (begin, end, depth) in Words(other))
            {
                string word = Encoding.ASCII.GetString(other, begin, end - begin);
                bool isKnown = known.TryGetValue((word, previous, depth), out var same);
                known[(word, previous, depth)] = isKnown && same.Request.Length <= other.Length ? same with { Count = same.Count + 1 } : (same.Count + 1, other, begin, end);
                previous = word;
            }
        }

        return
        [
            .. known.GroupBy(one => one.Key.Word, one => one.Value, StringComparer.Ordinal).OrderByDescending(same => same.Sum(one => one.Count))
                .Select(same => (MarkedRequest[])[.. same.OrderByDescending(one => one.Count).Select(one => new MarkedRequest(one.Request, one.Begin, one.End, prefix, suffix))]),
        ];
    }

    private static IEnumerable<(int Begin, int End, int Depth)> Words(byte[] request)
    {
        int depth = 0;
        for (int at = 0; at < request.Length; at++)
        {
            int end = at;
            while (end < request.Length && IsOfWord(request[end]))
            {
                end++;
            }

            if (end > at && char.IsAsciiLetter((char)request[at]))
            {
                yield return (at, end, depth);
            }

            at = end;
            depth += end >= request.Length ? 0 : request[end] is (byte)'(' or (byte)'[' or (byte)'{' ? 1 : request[end] is (byte)')' or (byte)']' or (byte)'}' ? -1 : 0;
        }
    }
}
