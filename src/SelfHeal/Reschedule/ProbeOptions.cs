using SelfHeal.Chaos;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>How to search for an interruption that makes a driven server fail.</summary>
public sealed record ProbeOptions
{
    /// <summary>The server, its driver, and its fresh directory. The driver finds in SELFHEAL_ROUNDS how many rounds of
    /// requests are wanted, and ends at the first violation.</summary>
    public required ChaosOptions Chaos { get; init; }

    /// <summary>Directory for the runs of the search; short, if the server has a Unix socket in its fresh directory.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>At most this many failing runs are analysed.</summary>
    public int MaximumTrials { get; init; } = 4;

    /// <summary>Rounds of the driver for one experiment.</summary>
    public int ProbeRounds { get; init; } = 30;

    /// <summary>Policies that a patched server has to stand, beside that of the failing run.</summary>
    public IReadOnlyList<Policy> Policies { get; init; } = [];

    /// <summary>Rounds of the driver that a patched server has to stand, in all.</summary>
    public int ValidationRounds { get; init; } = 2000;

    /// <summary>First seed of the validation.</summary>
    public ulong FirstSeed { get; init; } = 1_000_001;

    public IProgress<string>? Progress { get; init; }
}
