using System.Globalization;
using SelfHeal.Diagnosis;
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
    private const int Context = 2; // operations shown around what matters
    private const int MostImportant = 6; // of them
    private readonly HeldPlaces _held = new(trace, patch);
    private readonly List<Item> _items = [];

    /// <param name="title">Which run it is.</param>
    /// <param name="caption">What is to be seen.</param>
    /// <param name="end">How the run ended; "passes": it did not fail.</param>
    /// <param name="thread">The thread that was, or would be, interrupted.</param>
    /// <param name="place">Its place, in its own count.</param>
    public Timeline Build(string title, string caption, string end, int thread, long place)
    {
        Walk();
        int[] important = Important(thread, place);
        HashSet<int> shown = [.. important.SelectMany(at => Enumerable.Range(at - Context, (2 * Context) + 1))];
        List<TimelineStep> steps = [];
        int folded = 0;
        for (int at = 0; at <= _items.Count; at++)
        {
            bool ends = at == _items.Count;
            if (!ends && !shown.Contains(at))
            {
                folded++;
                continue;
            }

            Fold(steps, at - folded, folded);
            folded = 0;
            steps.AddRange(ends ? [] : [Step(_items[at])]);
        }

        bool fails = end != "passes";
        steps.Add(new TimelineStep(TimelineStepKind.End, null, fails ? $"The run fails: {end}" : "The run passes"));
        return new Timeline(title, caption, fails, Threads(steps), steps);
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
                _items.Add(new Item(place, end));
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

    /// <summary>Behind an operation, and within another one, nothing new is done.</summary>
    private void Add(SchedulePlace place)
    {
        var item = new Item(place, null);
        if (Role(item) > 0 || !(place.IsFutex || place.IsBehind))
        {
            _items.Add(item);
        }
    }

    private int[] Important(int thread, long place)
    {
        List<int> found = [];
        void Add(Predicate<Item> wanted) => found.Add(_items.FindIndex(wanted));
        Add(item => item.Interruption is not null && item.Place.Thread == thread && item.Place.Number == place);
        Add(item => Role(item) == 1);
        Add(item => Role(item) == 2);
        int at = _items.FindLastIndex(item => item.Place.Thread == thread && item.Place.Number <= place && _held.BeginsAt(item.Place) is not null);
        int last = at < 0 ? -1 : _items.FindIndex(at, item => item.Place.Thread == thread && item.Place.Number == place);
        found.AddRange([at, last, _items.Count - 1]);
        if (found.TrueForAll(index => index < 0 || index == _items.Count - 1))
        {
            Add(item => item.Place.Thread == thread && item.Place.Number >= place);
        }

        found.AddRange(Enumerable.Range(0, _items.Count).Where(i => _items[i].Interruption is not null));
        return [.. found.Where(index => index >= 0).Distinct().Take(MostImportant)];
    }

    private int Role(Item item) => item.Interruption is not null || explanation is null ? 0
        : Is(item, explanation.First) ? 1 : Is(item, explanation.Second) ? 2 : 0;

    private static bool Is(Item item, ExplainedOperation operation) =>
        item.Place.Thread == operation.Thread && item.Place.Number == operation.Place;

    private void Fold(List<TimelineStep> steps, int first, int count)
    {
        if (count == 0)
        {
            return;
        }

        int[] threads = [.. _items.GetRange(first, count).Select(item => item.Place.Thread).Distinct()];
        steps.Add(new TimelineStep(TimelineStepKind.Folded, threads.Length == 1 ? threads[0] : null, string.Create(CultureInfo.InvariantCulture,
            $"… {count} operation{(count == 1 ? "" : "s")} of {(threads.Length == 1 ? $"thread {threads[0]}" : $"{threads.Length} threads")}")));
    }

    private TimelineStep Step(Item item)
    {
        SchedulePlace place = item.Place;
        IReadOnlyList<StackFrame> stack = trace.Symbolizer.Symbolize(place.Stack, firstIsPc: place.IsSystemCall);
        string where = ExplanationSearch.Frame(stack) is var own and not ("?" or "_start") ? own : ExplainedOperation.Short(stack, 1);
        if (item.Interruption is { } interruption)
        {
            return new TimelineStep(TimelineStepKind.Interrupted, place.Thread,
                $"thread {place.Thread} is switched out {OperationWords.Position(place)}; thread {interruption.Next} goes on", where, _held.Contains(place));
        }

        string text = (place.IsBehind ? "goes on behind where it " : "") + OperationWords.Verb(place) + Object(place) + (item.Waits ? ", and waits" : "");
        return _held.BeginsAt(place) is { } hold
            ? new TimelineStep(TimelineStepKind.Held, place.Thread, string.Create(CultureInfo.InvariantCulture, $"{text}; held from here on, for {hold.Places} place{(hold.Places == 1 ? "" : "s")}"), where, true, Role(item))
            : new TimelineStep(TimelineStepKind.Operation, place.Thread, text, where, _held.Contains(place), Role(item));
    }

    private static string Object(SchedulePlace place) => place.IsSystemCall || place.Object == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" 0x{place.Object:x}");

    private static int[] Threads(IEnumerable<TimelineStep> steps) => [.. steps.Select(step => step.Thread).OfType<int>().Distinct().Order()];

    /// <param name="Place">What the thread does there.</param>
    /// <param name="Interruption">It is switched out there instead; null: it does it.</param>
    /// <param name="Waits">It cannot go on behind it.</param>
    private sealed record Item(SchedulePlace Place, ScheduleSwitch? Interruption, bool Waits = false);
}
