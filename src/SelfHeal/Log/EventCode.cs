namespace SelfHeal.Log;

/// <summary>Codes above the system calls. Mirrors <c>enum sh_event</c>.</summary>
public enum EventCode
{
    None = 0,
    Start = 700,
    Module = 701,
    Signal = 702,
    TimeStampCounter = 704,
    Random = 705,
    Child = 706,
    Uncontrolled = 707,
    Stopped = 708,
    End = 709,
    Cpu = 710,

    /// <summary>A thread execution interval ends; result: the number of the thread that goes on.</summary>
    Interval = 711,
    Failure = 712,

    /// <summary>The program replaced itself; its log goes on with another <see cref="Start"/>.</summary>
    Exec = 713,

    /// <summary>A thread was started; result: its tid, or a negative errno. Numbers are given in order, from 1.</summary>
    Thread = 714,

    /// <summary>The patch dropped a request before the next event; result: number of its entry. Payload: time (u64, ns since
    /// 1970), its length (u64), its first 4,096 bytes.</summary>
    Dropped = 715,

    /// <summary>To 735: a clock read through the vDSO, 720 + clock id; result in nanoseconds.</summary>
    Clock = 720,
}
