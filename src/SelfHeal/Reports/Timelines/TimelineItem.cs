using SelfHeal.Log;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports.Timelines;

/// <summary>What a thread did, before it is known what will be shown.</summary>
/// <param name="Place">Where.</param>
/// <param name="InterruptedFor">It is switched out there for this thread; null: it does what is there.</param>
/// <param name="Waits">It cannot go on behind it.</param>
internal sealed record TimelineItem(SchedulePlace Place, int? InterruptedFor = null, bool Waits = false)
{
    /// <summary>Behind an operation, within another one, and where a clock is read, a thread does nothing that others see.</summary>
    public static bool IsWorthShowing(SchedulePlace place) =>
        !(place.IsFutex || place.IsBehind || place.Operation == (int)SynchronizationOperation.ClockRead);
}
