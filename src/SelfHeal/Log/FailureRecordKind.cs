namespace SelfHeal.Log;

/// <summary>What ended a run. Mirrors <c>enum sh_failure_kind</c>.</summary>
public enum FailureRecordKind
{
    None = 0,

    /// <summary>A fatal signal: fault or abort.</summary>
    Signal = 1,

    /// <summary>Every thread waits for another one.</summary>
    Deadlock = 2,
}
