using SelfHeal.Hosts;
using SelfHeal.Search;

namespace SelfHeal.Chaos;

/// <summary>A program that is run many times, each time with another seed.</summary>
public sealed record ChaosOptions
{
    /// <summary>In an argument: replaced by the run's own copy of <see cref="Fresh"/>.</summary>
    public const string WorkPlaceholder = "{work}";

    /// <summary>In an argument: replaced by a free TCP port of the run's own.</summary>
    public const string PortPlaceholder = "{port}";

    /// <summary>A path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Arguments without argv[0].</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>NAME=VALUE in order; null takes the engine's own environment.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Null takes the engine's own; <see cref="WorkPlaceholder"/>: the run's own copy of <see cref="Fresh"/>.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Standard input: none, a file, or bytes.</summary>
    public RunInput Input { get; init; } = RunInput.None;

    /// <summary>Where the directories of failing runs stay; it must not exist or be empty, and is removed if none failed.</summary>
    public required string KeepDirectory { get; init; }

    /// <summary>Runs for each policy.</summary>
    public int Runs { get; init; } = 1000;

    /// <summary>Runs at the same time.</summary>
    public int Jobs { get; init; } = System.Environment.ProcessorCount;

    /// <summary>Seed of the first run; the others count up.</summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>After it a run counts as a hang.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Go on after a failure.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Exit statuses that are no failure.</summary>
    public IReadOnlySet<int> AllowedExitCodes { get; init; } = new HashSet<int> { 0 };

    /// <summary>What must hold after a run that did not fail otherwise.</summary>
    public Invariant? Invariant { get; init; }

    /// <summary>A client for a program that serves.</summary>
    public ChaosDriver? Driver { get; init; }

    /// <summary>A directory of which each run gets a copy of its own; it stays as it is.</summary>
    public string? Fresh { get; init; }

    /// <summary>Whether runs can touch the real files; those at the same time share them.</summary>
    public SandboxUse Sandbox { get; init; } = SandboxUse.Off;

    /// <summary>A patch file that each run obeys.</summary>
    public string? Patch { get; init; }

    /// <summary>Told after each run; by several threads, one at a time.</summary>
    public IProgress<ChaosProgress>? Progress { get; init; }
}
