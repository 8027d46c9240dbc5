using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports.Timelines;

/// <summary>The timeline of a traced run: what is near to what decided, the rest folded.</summary>
/// <param name="trace">Of the run.</param>
/// <param name="patch">In force in it.</param>
/// <param name="script">The interruptions that were asked for; other switches are only drawn as such.</param>
/// <param name="explanation">Whose two operations are marked; null: none.</param>
internal sealed class ScheduleTimeline(
    ScheduleTrace trace, Patch patch, IReadOnlyList<ScheduleSwitch> script, Explanation? explanation)
{
    /// <summary>How a run ended that did not fail.</summary>
    public const string Passes = "passes";

    private readonly HeldPlaces _held = new(trace, patch);
    private readonly TimelineWords _words = new(trace.Symbolizer);
    private readonly List<TimelineItem> _items = [];

    /// <param name="title">Which run it is.</param>
    /// <param name="caption">What is to be seen.</param>
    /// <param name="end">How the run ended; <see cref="Passes"/>: it did not fail.</param>
    /// <param name="thread">The thread that was, or would be, interrupted.</param>
    /// <param name="place">Its place, in its own count.</param>
    public Timeline Build(string title, string caption, string end, int thread, long place)
    {
        Walk();
        bool fails = end != Passes;
        List<TimelineStep> steps = TimelineFolding.Fold(
            _items, Important(thread, place), item => _words.Step(item, Role(item), _held.Contains(item.Place), _held.BeginsAt(item.Place)));
        steps.Add(new TimelineStep(TimelineStepKind.End, null, fails ? $"The run fails: {end}" : "The run passes"));
        return new Timeline(title, caption, fails, TimelineFolding.Threads(steps), steps);
    }

    /// <summary>Puts operations and switches into one order. Of an interrupted thread the operation comes when it goes on.</summary>
    private void Walk()
    {
        Queue<ScheduleSwitch> switches = new(trace.Switches);
        Dictionary<int, SchedulePlace> pending = []; // of interrupted threads: what they do when they go on
        int running = 0;
        foreach (SchedulePlace place in trace.Places)
        {
            // switches where no place was traced: a thread waited, or was waited for
            while (switches.TryPeek(out ScheduleSwitch? one) && one.Thread == running && (running != place.Thread || one.Place < place.Number))
            {
                running = SwitchOut(switches.Dequeue(), pending);
            }

            running = place.Thread;
            Resume(pending, running);
            bool ends = switches.TryPeek(out ScheduleSwitch? end) && end.Thread == running && end.Place == place.Number;
            if (ends && script.Any(one => one.IsInterruption && one.Thread == running && one.Place == place.Number))
            {
                _items.Add(new TimelineItem(place, end!.Next));
                pending[running] = place;
            }
            else
            {
                Add(place);
            }

            running = ends ? SwitchOut(switches.Dequeue(), pending) : running;
        }
    }

    /// <returns>The thread that runs now.</returns>
    private int SwitchOut(ScheduleSwitch one, Dictionary<int, SchedulePlace> pending)
    {
        if (one.Reason is SwitchReason.Blocked && _items.Count > 0 && _items[^1].Place.Thread == one.Thread)
        {
            _items[^1] = _items[^1] with { Waits = true };
        }

        Resume(pending, one.Next);
        return one.Next;
    }

    private void Resume(Dictionary<int, SchedulePlace> pending, int thread)
    {
        if (pending.Remove(thread, out SchedulePlace? place))
        {
            Add(place);
        }
    }

    private void Add(SchedulePlace place)
    {
        var item = new TimelineItem(place);
        if (Role(item) > 0 || TimelineItem.IsWorthShowing(place))
        {
            _items.Add(item);
        }
    }

    private List<int> Important(int thread, long place)
    {
        List<int> found = [];
        void Add(Predicate<TimelineItem> wanted) => found.Add(_items.FindIndex(wanted));
        Add(item => item.InterruptedFor is not null && item.Place.Thread == thread && item.Place.Number == place);
        Add(item => Role(item) == 1);
        Add(item => Role(item) == 2);
        int at = _items.FindLastIndex(item => item.Place.Thread == thread && item.Place.Number <= place && _held.BeginsAt(item.Place) is not null);
        int last = at < 0 ? -1 : _items.FindIndex(at, item => item.Place.Thread == thread && item.Place.Number == place);
        found.AddRange([at, last, _items.Count - 1]);
        if (found.TrueForAll(index => index < 0 || index == _items.Count - 1))
        {
            Add(item => item.Place.Thread == thread && item.Place.Number >= place);
        }

        found.AddRange(Enumerable.Range(0, _items.Count).Where(i => _items[i].InterruptedFor is not null));
        return found;
    }

    private int Role(TimelineItem item) => item.InterruptedFor is not null || explanation is null ? 0
        : Is(item, explanation.First) ? 1 : Is(item, explanation.Second) ? 2 : 0;

    private static bool Is(TimelineItem item, ExplainedOperation operation) =>
        item.Place.Thread == operation.Thread && item.Place.Number == operation.Place;
}
