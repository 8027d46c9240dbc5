using SelfHeal.Log;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>One switch of a run from one thread to another.</summary>
/// <param name="Index">Its number in the run, from 0.</param>
/// <param name="Thread">The thread that was switched out.</param>
/// <param name="Place">That thread's own count of places.</param>
/// <param name="Next">The thread that went on.</param>
/// <param name="Reason">Why.</param>
internal sealed record ScheduleSwitch(int Index, int Thread, long Place, int Next, SwitchReason Reason)
{
    /// <summary>The thread could have gone on: the only kind of switch that a hold prevents.</summary>
    public bool IsInterruption => Reason == SwitchReason.Interrupted;

    /// <summary>The script of these switches, in whatever order they are given.</summary>
    public static Schedule Script(IEnumerable<ScheduleSwitch> switches) =>
        new(switches.OrderBy(one => one.Index).SelectMany(one => one.Entries()));

    /// <summary>A thread that goes outside does so behind its place, under the same number: an entry that names the thread
    /// itself lets it pass the place.</summary>
    private IEnumerable<ScheduleEntry> Entries() => Reason == SwitchReason.Outside
        ? [new ScheduleEntry(Thread, Place, Thread), new ScheduleEntry(Thread, Place, Next)]
        : [new ScheduleEntry(Thread, Place, Next)];
}
