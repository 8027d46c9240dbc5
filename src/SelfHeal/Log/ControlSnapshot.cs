using SelfHeal.Schedules;

namespace SelfHeal.Log;

/// <summary>The control page of a run at one moment. Field names follow <c>struct sh_control</c>.</summary>
public sealed record ControlSnapshot
{
    public RunMode Mode { get; init; }
    public RunFlags Flags { get; init; }
    public ulong Seed { get; init; }
    public string SourceRun { get; init; } = "";
    public int PatchGeneration { get; init; }
    public int PatchSeen { get; init; }
    public int PatchEntries { get; init; }
    public bool PatchRefused { get; init; }
    public string PatchText { get; init; } = "";

    /// <summary>Allocations that matched, per entry of patch.ep, in file order; <see cref="PatchEntries"/> of them.</summary>
    public IReadOnlyList<long> Hits { get; init; } = [];
    public RunStatus Status { get; init; }
    public int ProcessId { get; init; }
    public string StatusText { get; init; } = "";

    /// <summary>Events logged or replayed.</summary>
    public long Events { get; init; }
    public long InputBytes { get; init; }
    public long LogBytes { get; init; }
    public long Allocations { get; init; }
    public long Uncontrolled { get; init; }
    public long Children { get; init; }
    public long Signals { get; init; }
    public long InexactSignals { get; init; }
    public long SitesRewritten { get; init; }
    public long SitesTrapped { get; init; }
    public long Traps { get; init; }
    public TimeSpan Setup { get; init; }

    /// <summary>Replay: index of the event at which the run went live, null if it never did.</summary>
    public long? LiveSince { get; init; }

    /// <summary>Exit status, null while unknown (or when a signal ended the program).</summary>
    public int? ExitCode { get; init; }
    public int FirstUncontrolled { get; init; }
    public DivergenceRecord? Divergence { get; init; }
    public FailureRecord? Failure { get; init; }
    public IReadOnlyList<OverflowRecord> Overflows { get; init; } = [];

    /// <summary>Times the program replaced itself by exec and stayed under the recorder.</summary>
    public int Images { get; init; }

    /// <summary>Findings that did not fit into the control page.</summary>
    public int OverflowsLost { get; init; }

    /// <summary>Who ran next was chosen so; <see cref="PolicyKind.Script"/> follows RUN/schedule.bin.</summary>
    public Policy Policy { get; init; } = Policy.Uniprocessor;

    /// <summary>Replay that is live: clients that the log has brought since then.</summary>
    public int Arrived { get; init; }

    /// <summary>Threads started, the first one not counted.</summary>
    public long Threads { get; init; }

    /// <summary>Thread execution intervals that ended.</summary>
    public long Switches { get; init; }

    /// <summary>Places at which a thread could have been switched out.</summary>
    public long Places { get; init; }

    /// <summary>Switches between two places, by the watchdog: not exactly replayable.</summary>
    public long InexactSwitches { get; init; }

    /// <summary>After a deadlock: the threads, each waiting for another one.</summary>
    public IReadOnlyList<BlockedThread> Blocked { get; init; } = [];

    /// <summary>Blocked threads that did not fit into the control page.</summary>
    public int BlockedLost { get; init; }
}
