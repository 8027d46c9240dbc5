using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>How to heal a run.</summary>
public sealed record HealOptions
{
    public Invariant? Invariant { get; init; }

    /// <summary>At most this many trials.</summary>
    public int Budget { get; init; } = 8;

    /// <summary>Where the patch goes; null: patch.ep in the work directory.</summary>
    public string? PatchPath { get; init; }

    /// <summary>Where the runs of the search go; null: RUN/heal, replaced if it
    /// exists; another one must be empty.</summary>
    public string? WorkDirectory { get; init; }
    public IProgress<HealProgress>? Progress { get; init; }

    /// <summary>Also ask valgrind.</summary>
    public bool SecondOpinion { get; init; }
    public SandboxUse Sandbox { get; init; } = SandboxUse.Required;

    /// <summary>A non-zero exit status is a failure. Off for programs that use it for ordinary answers.</summary>
    public bool ExitStatusMatters { get; init; } = true;

    /// <summary>Runs under chaos that a patch with holds has to pass, in all.</summary>
    public int ChaosRuns { get; init; } = 200;

    /// <summary>How the input of sockets is cut into requests; null: detected.</summary>
    public Framing? Framing { get; init; }

    /// <summary>Further runs in which all requests did no harm: a pattern of bad requests must match none of them.</summary>
    public IReadOnlyList<RunDirectory> BenignRuns { get; init; } = [];

    /// <summary>Further whole requests that do no harm: a pattern must match none of them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> BenignRequests { get; init; } = [];

    /// <summary>Further whole requests that are known to be as bad: it is counted how many of them a pattern matches.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> BadRequests { get; init; } = [];

    internal const int Replays = 60, SingleReplays = 1000;

    /// <summary>Replays that making a bad request smaller may take; null: 60, and 1,000 where each tries one input, as with a program that
    /// is a client itself.</summary>
    public int? ShrinkReplays { get; init; }

    /// <summary>Replays that generalising it may take; null: as above.</summary>
    public int? PatternReplays { get; init; }

    /// <summary>The longest time for each of the two; null takes a quarter of the recorded duration, 1.5 to 30 seconds, at least 20 seconds
    /// where each replay tries one input.</summary>
    public TimeSpan? ShrinkTime { get; init; }

    /// <summary>Limit per run of the search; null takes four times the recorded duration plus 30 seconds.</summary>
    public TimeSpan? Timeout { get; init; }
}
