namespace SelfHeal.Hosts;

/// <summary>Where a run's output goes.</summary>
/// <param name="CaptureOutput">Standard output goes to RUN/stdout (else it is inherited or a pipe).</param>
/// <param name="CaptureError">Standard error goes to RUN/stderr.</param>
/// <param name="Terminal">The path of the terminal that is all three, and standard input; null: none.</param>
internal sealed record LaunchStreams(bool CaptureOutput, bool CaptureError, string? Terminal = null);
