namespace BuggyServers.MySql;

/// <summary>What became of a workload.</summary>
/// <param name="Workload">Its name: mysql-1 to mysql-4.</param>
/// <param name="Pairs">Pairs of requests that were run.</param>
/// <param name="Violations">Pairs that violated the invariant.</param>
/// <param name="FirstViolation">The first of them, counted from 1; null for none.</param>
/// <param name="ServerDied">The server closed the connection and accepts no other.</param>
/// <param name="Text">What was violated first, or what the server died of; null if all is well.</param>
/// <param name="Seconds">Wall-clock time.</param>
public sealed record WorkloadResult(
    string Workload, long Pairs, long Violations, long? FirstViolation, bool ServerDied, string? Text, double Seconds)
{
    public bool InvariantHolds => Violations == 0 && !ServerDied;
}
