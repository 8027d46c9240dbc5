using SelfHeal.Hosts;

namespace SelfHeal.Diagnosis;

/// <summary>What went wrong in a run: a value, never an exception.</summary>
/// <param name="Kind">Class of the failure.</param>
/// <param name="Sentence">What happened, one sentence.</param>
/// <param name="Exit">How the process ended.</param>
/// <param name="Stack">Call stack of a fatal signal, symbolised where asked for; else empty.</param>
public sealed record Failure(FailureKind Kind, string Sentence, ExitStatus Exit, IReadOnlyList<StackFrame> Stack)
{
    public bool IsFailure => Kind != FailureKind.None;
}
