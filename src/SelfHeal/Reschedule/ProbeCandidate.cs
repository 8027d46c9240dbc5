using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>An interruption that may have made the run fail.</summary>
/// <param name="Place">The next operation of the thread when it was switched out.</param>
/// <param name="Location">Its call stack.</param>
/// <param name="From">Order of the first place that another thread passed meanwhile.</param>
/// <param name="To">Order of the first place behind the interruption.</param>
/// <param name="Answered">Meanwhile another thread answered a client: its whole request can be in between.</param>
/// <param name="Conflicts">Meanwhile another thread used an object that the thread used shortly before or after.</param>
internal sealed record ProbeCandidate(SchedulePlace Place, IReadOnlyList<PatchFrame> Location, int From, int To, bool Answered, bool Conflicts)
{
    public string Key { get; } = string.Join(' ', Location);
}
