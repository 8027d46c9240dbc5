namespace SelfHeal.Reports.Timelines;

/// <summary>What a line of a timeline shows.</summary>
public enum TimelineStepKind
{
    /// <summary>An operation of a thread, or an interval of it.</summary>
    Operation,

    /// <summary>The thread could have gone on, and is switched out.</summary>
    Interrupted,

    /// <summary>A hold begins: from here on the thread is not switched out.</summary>
    Held,

    /// <summary>Operations that are left out.</summary>
    Folded,

    /// <summary>How the run ends.</summary>
    End,
}
