using System.Collections.Concurrent;

namespace SelfHeal.Testing.Reports;

/// <summary>All sessions of this process, and what the command line said about them.</summary>
internal static class SessionRecords
{
    private static readonly ConcurrentQueue<SessionRecord> Sessions = new();

    /// <summary>--selfheal-keep-runs: the runs of tests that pass are kept too.</summary>
    public static bool KeepRuns { get; set; }

    /// <summary>In the order in which they began.</summary>
    public static IReadOnlyList<SessionRecord> All => [.. Sessions];

    public static SessionRecord Add(SessionRecord record)
    {
        Sessions.Enqueue(record);
        return record;
    }
}
