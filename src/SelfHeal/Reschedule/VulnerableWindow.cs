namespace SelfHeal.Reschedule;

/// <summary>The places of a thread at which an interruption makes the run fail.</summary>
/// <param name="Switch">The interruption that was found.</param>
/// <param name="First">First such place, in the thread's own count.</param>
/// <param name="Last">Last such place.</param>
internal sealed record VulnerableWindow(ScheduleSwitch Switch, long First, long Last)
{
    public long Count => Last - First + 1;
}
