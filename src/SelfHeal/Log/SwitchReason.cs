namespace SelfHeal.Log;

/// <summary>Why a thread was switched out. Mirrors <c>enum sh_switch</c>.</summary>
public enum SwitchReason
{
    /// <summary>It could have gone on.</summary>
    Interrupted = 0,

    /// <summary>It waits for another thread.</summary>
    Blocked = 1,

    /// <summary>It waits for something outside of the program.</summary>
    Outside = 2,

    Ended = 3,

    /// <summary>The watchdog interrupted it between two places.</summary>
    Inexact = 4,
}
