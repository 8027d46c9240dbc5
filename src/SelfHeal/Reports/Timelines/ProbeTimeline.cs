using System.Globalization;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports.Timelines;

/// <summary>The timeline of a server's failing run around the window that probes confirmed.</summary>
internal static class ProbeTimeline
{
    /// <param name="trace">Of the failing run.</param>
    /// <param name="window">In which the thread was switched out.</param>
    /// <param name="others">What other threads did meanwhile that is worth to be shown.</param>
    /// <param name="failure">How it failed, one sentence.</param>
    public static Timeline Build(ProbeTrace trace, ProbeWindow window, IEnumerable<SchedulePlace> others, string failure)
    {
        SchedulePlace cut = window.Candidate.Place; // what the thread does when it goes on
        IReadOnlyList<SchedulePlace> own = trace.Of(cut.Thread);
        List<TimelineItem> items = [];
        foreach (SchedulePlace place in trace.Places.Skip(own[window.First].Order).TakeWhile(place => place.Order <= Math.Max(own[window.Last].Order, cut.Order)))
        {
            if (place.Order == window.Candidate.From)
            {
                items.Add(new TimelineItem(cut, InterruptedFor: place.Thread));
            }

            if (place == cut || TimelineItem.IsWorthShowing(place))
            {
                items.Add(new TimelineItem(place));
            }
        }

        int[] important =
        [
            items.FindIndex(item => item.InterruptedFor is not null), 0, items.Count - 1,
            .. others.Select(other => items.FindIndex(item => item.Place == other)),
        ];
        var words = new TimelineWords(trace.Symbolizer);
        List<TimelineStep> steps = TimelineFolding.Fold(items, important, item => words.Step(item, role: 0));
        steps.Add(new TimelineStep(TimelineStepKind.End, null, failure));
        return new Timeline("The order that fails", string.Create(CultureInfo.InvariantCulture,
            $"From the first to the last operation of thread {cut.Thread} between which it must not be switched out. What folds leave out is only counted."), true, TimelineFolding.Threads(steps), steps);
    }
}
