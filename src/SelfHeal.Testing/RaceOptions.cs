namespace SelfHeal.Testing;

/// <summary>How a race of a server is looked for and healed.</summary>
public sealed record RaceOptions
{
    /// <summary>Runs of the server until one fails.</summary>
    public int Runs { get; init; } = 200;

    /// <summary>Rounds of the workload in each of them.</summary>
    public int RoundsPerRun { get; init; } = 1;

    /// <summary>Runs at the same time; the workload is then called by several threads.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Seed of the first run; null takes the attribute's, and 1 where that is 0.</summary>
    public ulong? FirstSeed { get; init; }

    /// <summary>The workload itself does as many rounds as <see cref="ServerEndpoint.Rounds"/> says; else it is called
    /// for each round anew.</summary>
    public bool WorkloadCountsRounds { get; init; }

    /// <summary>Rounds of one experiment of the search: so few that the server hardly fails by chance.</summary>
    public int ProbeRounds { get; init; } = 30;

    /// <summary>Rounds that the patched server has to stand, in all.</summary>
    public int ValidationRounds { get; init; } = 2000;

    /// <summary>Policies under which it has to stand them, beside the one that failed.</summary>
    public IReadOnlyList<string> FurtherPolicies { get; init; } = [];

    /// <summary>At most this many failing runs are analysed.</summary>
    public int Budget { get; init; } = 4;

    /// <summary>Limit of one run, which in the validation has many rounds; null takes ten minutes.</summary>
    public TimeSpan? RunTimeout { get; init; }
}
