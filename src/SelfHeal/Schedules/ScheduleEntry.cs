namespace SelfHeal.Schedules;

/// <summary>When a thread is at one of its places, another one runs. Mirrors <c>struct sh_schedule_entry</c>.</summary>
/// <param name="Thread">Number of the thread that is switched out, from 0.</param>
/// <param name="Place">Its own count of places, from 1, over its whole life.</param>
/// <param name="Next">The thread that goes on. Where that one cannot run, the entry is passed over.</param>
public sealed record ScheduleEntry(int Thread, long Place, int Next);
