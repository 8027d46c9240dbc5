using SelfHeal.Log;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>Other bytes in place of recorded requests, as changes of the events that read them.</summary>
internal static class RequestEdits
{
    /// <summary>New input of each event that changes. A request's new bytes come with the event that read its first one.</summary>
    public static Dictionary<long, ReadOnlyMemory<byte>> Of(IReadOnlyCollection<(RecordedRequest Request, ReadOnlyMemory<byte> Bytes)> edits)
    {
        var events = new Dictionary<long, ReadOnlyMemory<byte>>();
        foreach (var connection in edits.GroupBy(edit => edit.Request.Connection))
        {
            long at = 0;
            int first = 0; // of those that do not end before
            InputStream input = connection.Key.Input;
            List<(RecordedRequest Request, ReadOnlyMemory<byte> Bytes)> ordered = [.. connection.OrderBy(edit => Begin(edit.Request))];
            foreach ((long number, int length) in input.Chunks)
            {
                while (first < ordered.Count && End(ordered[first].Request) <= at)
                {
                    first++;
                }

                var changed = ordered.Skip(first).TakeWhile(edit => Begin(edit.Request) < at + length).ToList();
                if (changed.Count > 0)
                {
                    events[number] = Edited(input.Bytes, at, at + length, changed);
                }

                at += length;
            }
        }

        return events;
    }

    private static byte[] Edited(
        ReadOnlyMemory<byte> stream, long begin, long end, List<(RecordedRequest Request, ReadOnlyMemory<byte> Bytes)> changed)
    {
        var bytes = new MemoryStream();
        long at = begin;
        foreach ((RecordedRequest request, ReadOnlyMemory<byte> replacement) in changed)
        {
            if (Begin(request) >= begin)
            {
                bytes.Write(stream.Span[(int)at..(int)Begin(request)]);
                bytes.Write(replacement.Span);
            }

            at = Math.Min(end, End(request));
        }

        bytes.Write(stream.Span[(int)at..(int)end]);
        return bytes.ToArray();
    }

    private static long Begin(RecordedRequest request) => request.Request.Offset;

    private static long End(RecordedRequest request) => request.Request.Offset + request.Bytes.Length;
}
