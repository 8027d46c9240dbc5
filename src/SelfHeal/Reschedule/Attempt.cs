using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>A patch under chaos.</summary>
/// <param name="Patch">The patch.</param>
/// <param name="Schedules">Earlier failing schedules that passed before the first that failed.</param>
/// <param name="Passed">Runs under chaos that passed before the first that failed.</param>
/// <param name="Next">That one, kept; null: all passed.</param>
internal sealed record Attempt(Patch Patch, int Schedules, int Passed, ScheduledRun? Next)
{
    /// <summary>It lasted longer than the other one.</summary>
    public bool IsBetterThan(Attempt? other) =>
        other is null || Schedules > other.Schedules || (Schedules == other.Schedules && Passed >= other.Passed);
}
