using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Reads the places of a trace, and when a client got its last answer.</summary>
internal sealed class ProbeTraceReader
{
    private const int Write = 1, Close = 3, Writev = 20, Sendfile = 40, Socket = 41, Accept = 43, Sendto = 44, Sendmsg = 46,
        SignalWait = 128, Accept4 = 288, Sendmmsg = 307;
    private const int Terminate = 15;
    private readonly Dictionary<ulong, List<IReadOnlyList<ulong>>> _stacks = [];
    private readonly HashSet<ulong> _sockets = [1, 2]; // what goes to a terminal can be judged by, too
    private bool _terminated;

    public List<SchedulePlace> Places { get; } = [];

    /// <summary>Number of places before the last answer to a client, or before the program was asked to end.</summary>
    public int LastAnswer => Answers.Count > 0 ? Answers[^1].Order : Places.Count;

    /// <summary>What clients got: number of places before it, and the thread that sent it.</summary>
    public List<(int Order, int Thread)> Answers { get; } = [];

    public void Read(string path)
    {
        foreach (TraceRecord record in TraceReader.Read(path))
        {
            if (record.Kind == TraceKind.Place)
            {
                Places.Add(new SchedulePlace(record.Thread, record.Number, record.Code, record.Arguments[0],
                    record.Arguments[1] != 0, Shared(record.Frames), Places.Count));
            }
            else if (record.Kind == TraceKind.Event && !_terminated)
            {
                Take(record);
            }
        }
    }

    private void Take(TraceRecord record)
    {
        long result = unchecked((long)record.Result);
        switch (record.Code)
        {
            case Accept or Accept4 or Socket when result >= 0:
                _sockets.Add(record.Result);
                break;
            case Close:
                _sockets.Remove(record.Arguments[0]);
                break;
            case Sendto or Sendmsg or Sendmmsg or Sendfile when result > 0:
            case Write or Writev when result > 0 && _sockets.Contains(record.Arguments[0]):
                Answers.Add((Places.Count, record.Thread));
                break;
            case SignalWait when result == Terminate:
                _terminated = true;
                break;
        }
    }

    private IReadOnlyList<ulong> Shared(IReadOnlyList<ulong> frames)
    {
        ulong hash = 14695981039346656037;
        foreach (ulong frame in frames)
        {
            hash = (hash ^ frame) * 1099511628211;
        }

        if (!_stacks.TryGetValue(hash, out List<IReadOnlyList<ulong>>? same))
        {
            _stacks[hash] = same = [];
        }

        IReadOnlyList<ulong>? known = same.Find(other => other.SequenceEqual(frames));
        if (known is null)
        {
            same.Add(frames);
        }

        return known ?? frames;
    }
}
