namespace SelfHeal.Search;

/// <summary>Phases of healing, in order.</summary>
public enum HealPhase
{
    Classify,
    Diagnose,
    Trial,
    Validate,

    /// <summary>Guard replay with the patch: does an overflow remain?</summary>
    Confirm,
    SecondOpinion,
    Done,
}
