namespace SelfHeal.Reschedule;

/// <summary>What is known about one failing run.</summary>
/// <param name="Sign">How it fails.</param>
/// <param name="Schedule">The smallest part of its schedule that still fails so; entries where the thread waits or ends only
/// name a successor.</param>
/// <param name="Windows">For each interruption of it, nearest to the failure first; then others that are close by.</param>
/// <param name="Trace">Of a run under it.</param>
internal sealed record ScheduleAnalysis(
    string Sign, IReadOnlyList<ScheduleSwitch> Schedule, IReadOnlyList<VulnerableWindow> Windows, ScheduleTrace Trace);
