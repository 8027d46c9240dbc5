using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>A hold that was made of a failing run, not yet validated.</summary>
/// <param name="Patch">With it.</param>
/// <param name="Hold">The hold.</param>
/// <param name="Trace">Of the failing run in which the window was seen.</param>
/// <param name="Window">What is held; its first operation is the one where the hold begins.</param>
/// <param name="Candidates">Interruptions that were tried until one made the server fail.</param>
/// <param name="Probes">Call stacks that were tried in all.</param>
/// <param name="Growths">Times that it was made longer, or another one was added for the owner of a lock.</param>
/// <param name="IsMeasured">Probes found both ends of the window.</param>
/// <param name="IsQuiet">Short chaos found nothing more.</param>
internal sealed record ProbeFinding(
    Patch Patch, HoldEntry Hold, ProbeTrace Trace, ProbeWindow Window, int Candidates, int Probes, int Growths,
    bool IsMeasured, bool IsQuiet = false)
{
    /// <summary>Holds that were added for owners of locks, in this order.</summary>
    public IReadOnlyList<ProbeFinding> Owners { get; init; } = [];

    /// <summary>Another hold in its place, with the same history.</summary>
    public ProbeFinding With(ProbeFinding other) =>
        other with { Candidates = Candidates, Probes = Probes, Growths = Growths, IsMeasured = IsMeasured, IsQuiet = IsQuiet, Owners = Owners };
}
