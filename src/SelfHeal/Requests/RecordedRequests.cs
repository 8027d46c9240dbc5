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
        IReadOnlyList<RecordedConnection> connections = RecordedConnections.Read(log);
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

    private static IEnumerable<RecordedRequest> Cut(RecordedConnection connection, Framing framing) =>
        RequestSplitter.Split(framing, connection.Input, connection.IsEnded).Select((request, index) => new RecordedRequest(
            connection, index, framing, request, EventOf(connection.Input, request.Offset),
            EventOf(connection.Input, request.Offset + request.Bytes.Length - 1)));

    private static long EventOf(InputStream input, long offset)
    {
        foreach ((long number, int length) in input.Chunks)
        {
            if (offset < length)
            {
                return number;
            }

            offset -= length;
        }

        return input.Chunks[^1].Event;
    }
}
