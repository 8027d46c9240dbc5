namespace SelfHeal.Log;

/// <summary>How far the recorder came. Mirrors <c>enum sh_status</c>.</summary>
public enum RunStatus
{
    /// <summary>The recorder has not started.</summary>
    New = 0,
    Running = 1,

    /// <summary>Set-up failed, the program ran plain.</summary>
    Plain = 2,
    Refused = 3,

    /// <summary>Recording stopped early, the program went on.</summary>
    Stopped = 4,
    Ended = 5,

    /// <summary>Ended by a fatal signal that the recorder saw.</summary>
    Failed = 6,
    Diverged = 7,

    /// <summary>Replay reached the end of a log that was cut short.</summary>
    LogEnd = 8,

    /// <summary>A replay that went live: all recorded input was read, and the program waited for more.</summary>
    Idle = 9,
}
