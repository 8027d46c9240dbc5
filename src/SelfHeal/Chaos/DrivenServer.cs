namespace SelfHeal.Chaos;

/// <summary>A running server, as its driver sees it.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="Run">Path of its run directory; it has no run.json yet.</param>
/// <param name="WorkDirectory">Its copy of the fresh directory; the run directory where there is none.</param>
/// <param name="Port">What <see cref="ChaosOptions.PortPlaceholder"/> became; null: it is in no argument.</param>
/// <param name="Rounds">How many rounds of requests are wanted.</param>
/// <param name="Ended">Has the process ended?</param>
public sealed record DrivenServer(int ProcessId, string Run, string WorkDirectory, int? Port, int Rounds, Func<bool> Ended);
