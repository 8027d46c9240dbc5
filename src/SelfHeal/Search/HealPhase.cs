namespace SelfHeal.Search;

/// <summary>Phases of healing, in order.</summary>
public enum HealPhase
{
    Classify,
    Diagnose,
    Trial,

    /// <summary>Another order of threads: smallest failing schedule, windows, holds, chaos.</summary>
    Reschedule,

    /// <summary>Which request is bad, what of it, and what those like it have in common.</summary>
    Drop,
    Validate,

    /// <summary>Guard replay with the patch: does an overflow remain?</summary>
    Confirm,
    SecondOpinion,
    Done,
}
