using SelfHeal.Schedules;

namespace SelfHeal.Chaos;

/// <summary>How far a policy's runs are.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Runs">Runs done.</param>
/// <param name="Failures">Runs that failed.</param>
/// <param name="Elapsed">Time since the first one began.</param>
public sealed record ChaosProgress(Policy Policy, int Runs, int Failures, TimeSpan Elapsed);
