using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>A window, and the hold that was made of it.</summary>
/// <param name="Analysis">The failing run.</param>
/// <param name="Window">Of it.</param>
/// <param name="Patch">In force in that run.</param>
/// <param name="Hold">What was added to the patch.</param>
internal sealed record HeldWindow(ScheduleAnalysis Analysis, VulnerableWindow Window, Patch Patch, HoldEntry Hold);
