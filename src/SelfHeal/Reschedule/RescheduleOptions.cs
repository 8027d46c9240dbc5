using SelfHeal.Hosts;
using SelfHeal.Schedules;
using SelfHeal.Search;

namespace SelfHeal.Reschedule;

/// <summary>How to search for another thread order.</summary>
public sealed record RescheduleOptions
{
    /// <summary>Directory for the runs of the search.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>What must hold after a run that did not fail otherwise.</summary>
    public Invariant? Invariant { get; init; }

    /// <summary>A non-zero exit status is a failure.</summary>
    public bool ExitStatusMatters { get; init; } = true;

    /// <summary>At most this many failing runs are analysed.</summary>
    public int MaximumTrials { get; init; } = 5;

    /// <summary>Runs under chaos that a patch has to pass, in all.</summary>
    public int ValidationRuns { get; init; } = 200;

    /// <summary>Chaos of the validation; the policy of the failing run comes first in any case.</summary>
    public IReadOnlyList<Policy> Policies { get; init; } = [Policy.Pct(3), Policy.Pos, Policy.Random(100), Policy.Random(300)];

    /// <summary>First seed of the validation.</summary>
    public ulong FirstSeed { get; init; } = 1_000_001;

    /// <summary>After it a run counts as a hang; null: ten times the failing run, two seconds at least.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Without the sandbox runs at the same time share the real files.</summary>
    public SandboxUse Sandbox { get; init; } = SandboxUse.Required;

    /// <summary>The patch that was in force, to which holds are added; null: that of the run.</summary>
    public string? Patch { get; init; }

    public IProgress<string>? Progress { get; init; }
}
