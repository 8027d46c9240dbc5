namespace SelfHeal.Reschedule;

/// <summary>The operations of a thread before which an interruption makes the program fail, as measured.</summary>
/// <param name="Candidate">The interruption of the failing run.</param>
/// <param name="First">Index of the first one among the thread's places in the failing run.</param>
/// <param name="Last">Index of the last one.</param>
/// <param name="Probes">Call stacks that were tried to find the ends.</param>
internal sealed record ProbeWindow(ProbeCandidate Candidate, int First, int Last, int Probes);
