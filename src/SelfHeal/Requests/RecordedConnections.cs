using SelfHeal.Log;

namespace SelfHeal.Requests;

/// <summary>Puts the input of a log together, per connection.</summary>
internal static class RecordedConnections
{
    private const int Socket = 41;
    private static readonly HashSet<string> Makers =
    [
        "open", "openat", "openat2", "creat", "dup", "dup2", "dup3", "memfd_create", "epoll_create", "epoll_create1", "eventfd", "eventfd2",
        "timerfd_create", "signalfd", "signalfd4", "inotify_init", "inotify_init1", "pidfd_open",
    ];

    /// <summary>A descriptor number is a connection's until it is given anew, as the recorder takes it.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static IReadOnlyList<RecordedConnection> Of(IEnumerable<LoggedEvent> events)
    {
        var made = new List<Open>();
        var names = new Dictionary<int, Open>();
        foreach (LoggedEvent one in events)
        {
            if (one.Result is >= 0 and <= int.MaxValue && Begins(one) is { } accepted)
            {
                made.Add(names[(int)one.Result] = new Open((int)one.Result, accepted, accepted ? Listening(one) : -1, one.Index));
            }
            else if (one.IsSystemCall && one.Result is >= 0 and <= int.MaxValue && Makers.Contains(one.Name))
            {
                names.Remove((int)one.Result);
            }
            else if (one.Descriptor >= 0 && names.TryGetValue(one.Descriptor, out Open? open))
            {
                open.Take(one);
            }
        }

        return [.. made.Where(open => open.Bytes.Length > 0).Select((open, number) => new RecordedConnection(
            number, open.Listening, open.Accepted, open.Event, new InputStream(open.Descriptor, open.Bytes.ToArray(), open.Chunks), open.EndEvent))];
    }

    /// <summary>The recorder, too, takes such a call for the beginning of something else with its descriptor.</summary>
    public static bool GivesDescriptor(LoggedEvent one) => Begins(one) is not null || Makers.Contains(one.Name);

    private static bool? Begins(LoggedEvent one) => one.Code switch
    {
        SystemCalls.Accept or SystemCalls.Accept4 => true,
        Socket => false,
        _ => null,
    };

    /// <summary>The payload of an accept ends with the descriptor of the socket that listens.</summary>
    private static int Listening(LoggedEvent accept) => accept.Blob.Length >= 4 ? Little.I32(accept.Blob.Span, accept.Blob.Length - 4) : -1;

    private sealed record Open(int Descriptor, bool Accepted, int Listening, long Event)
    {
        public MemoryStream Bytes { get; } = new();

        public List<(long Event, int Length)> Chunks { get; } = [];

        public long? EndEvent { get; private set; }

        public void Take(LoggedEvent one)
        {
            EndEvent ??= one.Input.Length == 0 && one.Result == 0 ? one.Index : null;
            if (one.Input.Length > 0)
            {
                Bytes.Write(one.Input.Span);
                Chunks.Add((one.Index, one.Input.Length));
            }
        }
    }
}
