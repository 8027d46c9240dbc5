using SelfHeal.Log;

namespace SelfHeal.Requests;

/// <summary>The requests that a recorded program read from its connections.</summary>
/// <param name="Connections">In the order in which they were opened, those with input.</param>
/// <param name="Requests">In the order in which they were complete; the unfinished ones, too.</param>
public sealed record RecordedRequests(IReadOnlyList<RecordedConnection> Connections, IReadOnlyList<RecordedRequest> Requests)
{
    /// <param name="log">The log.</param>
    /// <param name="framing">How; null: detected, for clients of each listening socket, and for each connection that the
    /// program opened, and raw where nothing fits.</param>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static RecordedRequests Read(EventLog log, Framing? framing = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return Of(log.Read(), framing);
    }

    /// <param name="events">All of a log.</param>
    /// <param name="framing">As above.</param>
    internal static RecordedRequests Of(IEnumerable<LoggedEvent> events, Framing? framing)
    {
        IReadOnlyList<RecordedConnection> connections = RecordedConnections.Of(events);
        var requests = new List<RecordedRequest>();
        foreach (IGrouping<(bool, int), RecordedConnection> alike in connections.GroupBy(
            one => (one.IsAccepted, one.IsAccepted ? one.Listening : one.Number)))
        {
            Framing cut = framing ?? FramingDetector.Detect([.. alike.Select(one => one.Input.Bytes)]) ?? Framing.Raw;
            requests.AddRange(alike.SelectMany(one => Cut(one, cut)));
        }

        return new RecordedRequests(
            connections, [.. requests.OrderBy(one => one.LastEvent).ThenBy(one => one.Connection.Number).ThenBy(one => one.Index)]);
    }

    private static IEnumerable<RecordedRequest> Cut(RecordedConnection connection, Framing framing)
    {
        InputStream input = connection.Input;
        long[] ends = new long[input.Chunks.Count]; // in the stream, of each piece of input
        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] = (i > 0 ? ends[i - 1] : 0) + input.Chunks[i].Length;
        }

        return RequestSplitter.Split(framing, input, connection.IsEnded).Select((request, index) => new RecordedRequest(
            connection, index, framing, request, EventOf(request.Offset), EventOf(request.Offset + request.Bytes.Length - 1)));

        long EventOf(long offset)
        {
            int found = Array.BinarySearch(ends, offset + 1);
            return input.Chunks[Math.Min(found < 0 ? ~found : found, ends.Length - 1)].Event;
        }
    }
}
