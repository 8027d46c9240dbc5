using SelfHeal.Log;
using SelfHeal.Schedules;
using SelfHeal.Terminals;

namespace SelfHeal.Hosts;

/// <summary>One run to be started.</summary>
public sealed record RunRequest
{
    /// <summary>A path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>The program's file where <see cref="Program"/> is only what argv[0] says; null: looked up.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>Arguments without argv[0].</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>NAME=VALUE in order; null takes the engine's own environment.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Null takes the engine's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The run directory, which must not exist or be empty; null makes a temporary one.</summary>
    public string? RunDirectory { get; init; }
    public RunInput Input { get; init; } = RunInput.None;
    public RunOutput Output { get; init; } = RunOutput.Capture;

    /// <summary>The program's standard input, output and error, and its controlling terminal; <see cref="Input"/> and
    /// <see cref="Output"/> have no meaning with it. RUN/stdout keeps what a recorded program wrote. It serves one run.</summary>
    public Terminal? Terminal { get; init; }

    /// <summary>Directories that the program changes; each is copied to RUN/state/N before the run.</summary>
    public IReadOnlyList<string> StateDirectories { get; init; } = [];
    public ulong Seed { get; init; }
    public RunMode Mode { get; init; } = RunMode.Record;
    public RunFlags Flags { get; init; }

    /// <summary>Who runs next, in a program with threads. Not for a replay, which follows its log.</summary>
    public Policy Policy { get; init; } = Policy.Uniprocessor;

    /// <summary>What <see cref="Policy.Script"/> follows; needed with it, and only with it.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>A deadlock of all threads ends the program by SIGABRT, after the failure record; else it hangs.</summary>
    public bool EndDeadlock { get; init; }

    /// <summary>A patch file, copied to RUN/patch.ep.</summary>
    public string? Patch { get; init; }

    /// <summary>After it the program is killed and the run counts as a hang; null for none.</summary>
    public TimeSpan? Timeout { get; init; }
    public SandboxUse Sandbox { get; init; } = SandboxUse.Off;

    /// <summary>It leaves the processor to other runs.</summary>
    public bool Background { get; init; }

    /// <summary>Is given the process of this machine that signals to the program are to be sent to; it may stand for one in a container.</summary>
    public Action<int>? Started { get; init; }

    /// <summary>Replay: the run whose log is followed.</summary>
    public RunDirectory? Source { get; init; }

    /// <summary>A fresh replay: input from this event of the source's log on waits until the control page releases it.</summary>
    public long? HeldInput { get; init; }

    /// <summary>Soft RLIMIT_STACK in bytes, -1 unlimited, 0 the engine's own.</summary>
    public long StackLimit { get; init; }
}
