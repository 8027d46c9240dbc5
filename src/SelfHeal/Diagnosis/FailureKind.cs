namespace SelfHeal.Diagnosis;

/// <summary>Classes of failures, after the paper.</summary>
public enum FailureKind
{
    /// <summary>The run did not fail.</summary>
    None,
    Signal,

    /// <summary>Non-zero exit status.</summary>
    AbnormalExit,

    /// <summary>The timeout passed.</summary>
    Hang,

    /// <summary>The user's invariant does not hold.</summary>
    InvariantViolated,

    /// <summary>Every thread waits for another one.</summary>
    Deadlock,
}
