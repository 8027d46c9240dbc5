namespace SelfHeal.Replay;

/// <summary>How a replay went.</summary>
public enum ReplayOutcome
{
    /// <summary>Every event as logged, to the same end, with the same output.</summary>
    Exact,

    /// <summary>Every event as logged, but the output differs.</summary>
    OutputDiffers,

    /// <summary>The program did something else than the log says, and the replay stopped.</summary>
    Diverged,

    /// <summary>The log holds an event that is not modelled: the replay makes no claim.</summary>
    Uncontrolled,

    /// <summary>The log was cut short (killed process or early stop); the replay followed it to its end.</summary>
    LogEnded,

    /// <summary>The run went over to live execution, as asked.</summary>
    Live,

    /// <summary>The replay hung and was killed.</summary>
    TimedOut,

    /// <summary>The recorder could not follow the log (status text says why).</summary>
    Refused,
}
