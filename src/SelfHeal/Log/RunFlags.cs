namespace SelfHeal.Log;

/// <summary>Mirrors <c>enum sh_flag</c> in recorder_abi.h.</summary>
[Flags]
public enum RunFlags
{
    None = 0,

    /// <summary>Write RUN/trace.bin: every event and allocation with its call stack.</summary>
    Trace = 1 << 0,

    /// <summary>Every allocation against a guard page.</summary>
    Guard = 1 << 1,

    /// <summary>Also append what goes to descriptors 1 and 2 to RUN/stdout and RUN/stderr.</summary>
    Tee = 1 << 2,

    /// <summary>When the recorder cannot be set up: exit 125 in place of running plain.</summary>
    Refuse = 1 << 3,

    /// <summary>Replay: go over to live execution at a divergence or at the log's end.</summary>
    GoLive = 1 << 4,

    /// <summary>Replay: really perform what makes state; needs the sandbox.</summary>
    Perform = 1 << 5,

    /// <summary>Count allocations also outside of trace and guard mode.</summary>
    AllocCount = 1 << 6,

    /// <summary>Guard mode: blocks end exactly at the guard, however their start is aligned then.</summary>
    GuardExact = 1 << 7,

    /// <summary>Replay: live from the start; the log only gives the input.</summary>
    Fresh = 1 << 9,

    /// <summary>A deadlock of all threads ends the program by SIGABRT, after its record.</summary>
    EndDeadlock = 1 << 8,
}
