using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Replay;

namespace SelfHeal.Reschedule;

/// <summary>The places of a failing run, read from a replay that traces, up to the point from which on nothing could have
/// mattered any more. Call stacks are shared: a server's trace has many places and few stacks.</summary>
internal sealed class ProbeTrace
{
    private const string Recorder = "libselfheal";
    private readonly Dictionary<int, List<SchedulePlace>> _threads = [];
    private readonly Dictionary<IReadOnlyList<ulong>, IReadOnlyList<PatchFrame>> _locations = new(ReferenceEqualityComparer.Instance);

    private ProbeTrace(RunDirectory run, ProbeTraceReader reader, int end, int? failingThread, bool isExact)
    {
        Symbolizer = new Symbolizer(run.ReadModules());
        Places = reader.Places;
        Answers = reader.Answers;
        End = end;
        FailingThread = failingThread;
        IsExact = isExact;
        foreach (SchedulePlace place in Places)
        {
            if (!_threads.TryGetValue(place.Thread, out List<SchedulePlace>? own))
            {
                _threads[place.Thread] = own = [];
            }

            own.Add(place);
        }
    }

    /// <summary>All places in the order of the run; each one's <see cref="SchedulePlace.Order"/> is its index.</summary>
    public IReadOnlyList<SchedulePlace> Places { get; }

    /// <summary>What clients got: number of places before it, and the thread that sent it.</summary>
    public IReadOnlyList<(int Order, int Thread)> Answers { get; }

    /// <summary>Places from here on do not count. A crash: all do. A violated invariant: what came after the last answer that
    /// a client got, which is all that it could judge by.</summary>
    public int End { get; }

    /// <summary>The thread that crashed; null: none did.</summary>
    public int? FailingThread { get; }

    /// <summary>The replay did what was recorded.</summary>
    public bool IsExact { get; }

    public Symbolizer Symbolizer { get; }

    /// <param name="host">Where it is replayed.</param>
    /// <param name="run">The failing run.</param>
    /// <param name="directory">The replay's own run directory; removed.</param>
    /// <param name="cancellationToken">Kills the replay.</param>
    public static async Task<ProbeTrace> ReadAsync(
        Host host, RunDirectory run, string directory, CancellationToken cancellationToken)
    {
        ReplayResult replay = await new Replayer(host).ReplayAsync(
            run, new ReplayOptions { Trace = true, RunDirectory = directory }, cancellationToken).ConfigureAwait(false);
        var reader = new ProbeTraceReader();
        string file = Path.Combine(directory, "trace.bin");
        if (File.Exists(file))
        {
            reader.Read(file);
        }

        Scratch.Remove(directory);
        int? failing = run.ReadControl().Failure?.Thread;
        bool exact = replay.Outcome is ReplayOutcome.Exact or ReplayOutcome.LogEnded;
        return new ProbeTrace(run, reader, failing is null ? reader.LastAnswer : reader.Places.Count, failing, exact);
    }

    /// <summary>A thread's places, in order.</summary>
    public IReadOnlyList<SchedulePlace> Of(int thread) => _threads.TryGetValue(thread, out List<SchedulePlace>? own) ? own : [];

    /// <summary>Different call stacks of operations.</summary>
    public IEnumerable<IReadOnlyList<ulong>> Stacks =>
        Places.Where(place => !place.IsBehind).Select(place => place.Frames).Distinct(ReferenceEqualityComparer.Instance).Cast<IReadOnlyList<ulong>>();

    /// <summary>Numbers of the threads.</summary>
    public IEnumerable<int> Threads => _threads.Keys;

    /// <summary>Index of a place among those of its thread.</summary>
    public int IndexOf(SchedulePlace place)
    {
        List<SchedulePlace> own = _threads[place.Thread];
        int low = 0, high = own.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = own[middle].Order < place.Order ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The call stack as a patch names it, as deep as a patch can; empty: it cannot be named. That is so outside of
    /// all modules, and for system calls inside of a pthread function, where the recorder's own frames lie between.</summary>
    public IReadOnlyList<PatchFrame> Location(SchedulePlace place)
    {
        if (!_locations.TryGetValue(place.Frames, out IReadOnlyList<PatchFrame>? location))
        {
            _locations[place.Frames] = location = Named(place.Frames);
        }

        return location;
    }

    private IReadOnlyList<PatchFrame> Named(IReadOnlyList<ulong> addresses)
    {
        List<PatchFrame> frames = [];
        foreach (ulong address in addresses)
        {
            if (Symbolizer.Find(address) is not { } module || module.BuildId.Length < 8)
            {
                break;
            }

            if (module.Name.StartsWith(Recorder, StringComparison.Ordinal))
            {
                return [];
            }

            frames.Add(new PatchFrame(module.Name, address - module.Base));
        }

        return [.. frames.Take(PatchEntry.MaximumFrames)];
    }
}
