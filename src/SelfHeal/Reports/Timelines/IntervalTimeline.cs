using System.Globalization;
using SelfHeal.Log;

namespace SelfHeal.Reports.Timelines;

/// <summary>The timeline of a recorded run by its log alone: its last intervals, the rest folded.</summary>
internal static class IntervalTimeline
{
    private const int Shown = 12;

    /// <summary>Null: the run has one thread, or its log cannot be read.</summary>
    /// <param name="run">A recorded run.</param>
    /// <param name="failure">How it failed.</param>
    public static Timeline? Build(RunDirectory run, string failure)
    {
        try
        {
            Queue<Interval> last = new();
            long all = 0;
            foreach (Interval interval in Intervals.Of(run.OpenLog().Read()))
            {
                all++;
                last.Enqueue(interval);
                if (last.Count > Shown)
                {
                    last.Dequeue();
                }
            }

            return last.Select(one => one.Thread).Distinct().Count() < 2 ? null : Of([.. last], all - last.Count, failure);
        }
        catch (DamagedRunException)
        {
            return null; // a report is written of what can be read
        }
    }

    private static Timeline Of(IReadOnlyList<Interval> last, long before, string failure)
    {
        List<TimelineStep> steps = [.. last.Select(Step)];
        if (before > 0)
        {
            steps.Insert(0, new TimelineStep(TimelineStepKind.Folded, null, string.Create(CultureInfo.InvariantCulture, $"… {before} interval{(before == 1 ? "" : "s")}")));
        }

        steps.Add(new TimelineStep(TimelineStepKind.End, null, failure));
        return new Timeline("The end of the recorded run", "Its last thread execution intervals, as the log has them.", true,
            [.. last.Select(one => one.Thread).Distinct().Order()], steps);
    }

    private static TimelineStep Step(Interval one) => new(
        one.End is IntervalEnd.Switched or IntervalEnd.Watchdog or IntervalEnd.Allocation ? TimelineStepKind.Interrupted : TimelineStepKind.Operation,
        one.Thread,
        string.Create(CultureInfo.InvariantCulture, $"{one.Count} event{(one.Count == 1 ? "" : "s")}, {End(one)}"),
        string.Create(CultureInfo.InvariantCulture, $"from event {one.FirstEvent}"));

    private static string End(Interval one) => one.End switch
    {
        IntervalEnd.Switched => $"switched out for thread {one.Next}",
        IntervalEnd.Watchdog => $"taken out by the watchdog for thread {one.Next}",
        IntervalEnd.Allocation => $"switched out at an allocation for thread {one.Next}",
        IntervalEnd.Waits => $"waits; thread {one.Next} goes on",
        IntervalEnd.ThreadEnded => "ends",
        IntervalEnd.Exec => "becomes another program",
        IntervalEnd.ProgramEnded => "the program ends",
        _ => "the log ends",
    };
}
