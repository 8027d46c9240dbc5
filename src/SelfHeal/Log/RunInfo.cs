namespace SelfHeal.Log;

/// <summary>What run.json says: everything needed to start the program again in the same way.</summary>
public sealed record RunInfo
{
    /// <summary>Version of run.json that this engine writes; newer ones are refused.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public string SelfHeal { get; init; } = "";

    /// <summary>The program as it was named.</summary>
    public required string Program { get; init; }

    /// <summary>Absolute path of the program's file.</summary>
    public string ProgramPath { get; init; } = "";

    /// <summary>Arguments without argv[0].</summary>
    public IReadOnlyList<string> Arguments { get; init => field = value ?? []; } = [];

    /// <summary>NAME=VALUE, in order.</summary>
    public IReadOnlyList<string> Environment { get; init => field = value ?? []; } = [];
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Declared state directories; RUN/state/N holds a copy of number N as it was before the run.</summary>
    public IReadOnlyList<string> StateDirectories { get; init => field = value ?? []; } = [];

    /// <summary>GNU build-id of the program, lower-case hex, or empty.</summary>
    public string BuildId { get; init; } = "";

    /// <summary>The image that the program is in; null: it is on this machine.</summary>
    public RunImage? Image { get; init; }
    public ulong Seed { get; init; }
    public RunMode Mode { get; init; }
    public RunFlags Flags { get; init; }

    /// <summary>Who ran next, as <see cref="Schedules.Policy"/> writes it; null: as on a uniprocessor.</summary>
    public string? Policy { get; init; }

    /// <summary>Replay: the run whose log was followed.</summary>
    public string? SourceRun { get; init; }

    /// <summary>Soft RLIMIT_STACK in bytes, -1 for unlimited, 0 for unknown.</summary>
    public long StackLimit { get; init; }
    public bool Sandbox { get; init; }

    /// <summary>It left the processor to others.</summary>
    public bool Background { get; init; }

    /// <summary>none, inherit, file, bytes, interactive or terminal.</summary>
    public string Input { get; init; } = "none";

    /// <summary>Limit in seconds after which the run counts as a hang, null for none.</summary>
    public double? TimeoutSeconds { get; init; }
    public DateTimeOffset Started { get; init; }

    /// <summary>Null while the program runs, or when the engine was killed before the run ended.</summary>
    public RunOutcome? Outcome { get; init; }
}
