namespace SelfHeal.Log;

/// <summary>Why a thread execution interval ended, as far as the log tells. Whether a thread waited or was interrupted is
/// only in the trace of a replay (<see cref="SwitchReason"/>).</summary>
public enum IntervalEnd
{
    /// <summary>The thread waited, or was interrupted at a place.</summary>
    Switched,

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
