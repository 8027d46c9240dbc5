namespace SelfHeal.Log;

/// <summary>Why a thread execution interval ended, as far as the log tells; the trace of a replay tells more
/// (<see cref="SwitchReason"/>).</summary>
public enum IntervalEnd
{
    /// <summary>The thread was interrupted at a place: it could have gone on.</summary>
    Switched,

    /// <summary>The thread waits for another one, takes its time in a system call, or has ended.</summary>
    Waits,

    /// <summary>The watchdog interrupted it between two places: not exactly replayable.</summary>
    Watchdog,

    /// <summary>The thread was interrupted right before an allocation, which is no place.</summary>
    Allocation,

    ThreadEnded,

    /// <summary>The program replaced itself by exec; its threads are numbered anew.</summary>
    Exec,

    ProgramEnded,

    /// <summary>The log was cut short: the program was killed, or recording stopped.</summary>
    Cut,
}
