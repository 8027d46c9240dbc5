namespace SelfHeal.Log;

/// <summary>How a run ended, as run.json keeps it.</summary>
/// <param name="ExitCode">Exit status, or null when a signal ended the program.</param>
/// <param name="Signal">Signal that ended the program, or null.</param>
/// <param name="TimedOut">The engine killed the program because the timeout had passed.</param>
/// <param name="Seconds">Wall time in seconds.</param>
public sealed record RunOutcome(int? ExitCode, int? Signal, bool TimedOut, double Seconds);
