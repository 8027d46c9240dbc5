using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;

namespace SelfHeal.Reschedule;

/// <summary>What a run did at its places, from a replay that traces.</summary>
internal sealed class ScheduleTrace
{
    private readonly Dictionary<(int Thread, long Number), SchedulePlace> _places;

    private ScheduleTrace(
        RunDirectory run, IReadOnlyList<SchedulePlace> places, IReadOnlyList<ScheduleSwitch> switches, bool isExact,
        IReadOnlyList<TraceRecord> events)
    {
        Symbolizer = new Symbolizer(run.ReadModules());
        Places = places;
        Switches = switches;
        IsExact = isExact;
        Events = events;
        ControlSnapshot control = run.ReadControl();
        Blocked = control.Blocked;
        Failure = control.Failure;
        _places = [];
        foreach (SchedulePlace place in places)
        {
            _places[(place.Thread, place.Number)] = place;
        }
    }

    /// <summary>All places in the order of the run.</summary>
    public IReadOnlyList<SchedulePlace> Places { get; }

    /// <summary>All switches in the order of the run.</summary>
    public IReadOnlyList<ScheduleSwitch> Switches { get; }

    /// <summary>System calls in the order of the run.</summary>
    public IReadOnlyList<TraceRecord> Events { get; }

    /// <summary>After a deadlock: who waits for what.</summary>
    public IReadOnlyList<BlockedThread> Blocked { get; }

    /// <summary>A fatal signal, or a deadlock.</summary>
    public FailureRecord? Failure { get; }

    /// <summary>The replay did what was recorded. If not, the reasons of switches are guesses.</summary>
    public bool IsExact { get; }

    public Symbolizer Symbolizer { get; }

    /// <summary>Replays a run and reads its trace.</summary>
    /// <param name="host">Where.</param>
    /// <param name="run">The run.</param>
    /// <param name="directory">The replay's own run directory.</param>
    /// <param name="sandbox">Where it runs.</param>
    /// <param name="timeout">Limit of the replay.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<ScheduleTrace> ReadAsync(
        Host host, RunDirectory run, string directory, SandboxUse sandbox, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ReplayResult replay = await new Replayer(host).ReplayAsync(
            run, new ReplayOptions { Trace = true, RunDirectory = directory, Sandbox = sandbox, Timeout = timeout }, cancellationToken)
            .ConfigureAwait(false);
        string file = Path.Combine(directory, "trace.bin");
        List<TraceRecord> records = File.Exists(file) ? [.. TraceReader.Read(file)] : [];
        List<SchedulePlace> places = [];
        foreach (TraceRecord record in records.Where(record => record.Kind == TraceKind.Place))
        {
            places.Add(new SchedulePlace(record.Thread, record.Number, record.Code, record.Arguments[0],
                record.Arguments[1] != 0, record.Frames, places.Count));
        }

        bool exact = replay.Outcome is ReplayOutcome.Exact or ReplayOutcome.LogEnded;
        var trace = new ScheduleTrace(run, places, Switched(run, records), exact,
            [.. records.Where(record => record.Kind == TraceKind.Event)]);
        Scratch.Remove(directory);
        return trace;
    }

    /// <summary>The place under this number; where a thread waits or ends there is none.</summary>
    public SchedulePlace? Find(int thread, long number) => _places.GetValueOrDefault((thread, number));

    /// <summary>While the thread was switched out, another one did something to an object that the thread uses around
    /// there: the interruption is likely to matter (COMPSAC 2008, section 3: dependent events).</summary>
    public bool Conflicts(ScheduleSwitch one)
    {
        const int Around = 3;
        if (Find(one.Thread, one.Place) is not { } at)
        {
            return false;
        }

        List<SchedulePlace> own = [.. Places.Where(place => place.Thread == one.Thread && Math.Abs(place.Number - one.Place) <= Around)];
        return Places.Skip(at.Order + 1).TakeWhile(place => place.Thread != one.Thread)
            .Any(other => own.Exists(place => place.SharesObjectWith(other)));
    }

    /// <summary>A thread's last place.</summary>
    public long LastPlace(int thread) => Places.Where(place => place.Thread == thread).Select(place => place.Number).DefaultIfEmpty().Max();

    /// <summary>The log says who went on, the trace says why: its records name the intervals ended before.</summary>
    private static List<ScheduleSwitch> Switched(RunDirectory run, List<TraceRecord> records)
    {
        Dictionary<ulong, TraceRecord> traced = [];
        foreach (TraceRecord record in records.Where(record => record.Kind == TraceKind.Switch))
        {
            traced[record.Result] = record; // a thread that goes outside and comes back first ends no interval
        }

        List<ScheduleSwitch> switches = [];
        ulong ended = 0;
        foreach (Interval interval in Intervals.Of(run.OpenLog().Read()).TakeWhile(interval => interval.End != IntervalEnd.Exec))
        {
            if (interval is not { Next: { } next, PlacesAtEnd: { } place })
            {
                continue;
            }

            bool known = traced.TryGetValue(ended, out TraceRecord? record) && record.Thread == interval.Thread;
            SwitchReason reason = interval.End is IntervalEnd.Watchdog or IntervalEnd.Allocation ? SwitchReason.Inexact
                : known ? (SwitchReason)record!.Code
                : interval.End == IntervalEnd.ThreadEnded ? SwitchReason.Ended : SwitchReason.Interrupted;
            if (reason != SwitchReason.Inexact && place > 0)
            {
                switches.Add(new ScheduleSwitch(switches.Count, interval.Thread, place, next, reason));
            }

            ended++;
        }

        return switches;
    }
}
