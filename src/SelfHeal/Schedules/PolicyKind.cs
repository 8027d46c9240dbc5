namespace SelfHeal.Schedules;

/// <summary>Mirrors <c>enum sh_policy</c>.</summary>
public enum PolicyKind
{
    /// <summary>A thread stays until it waits or its quantum ends; then first in, first out.</summary>
    Uniprocessor = 0,

    /// <summary>At each place a switch to a random thread, with a fixed probability.</summary>
    Random = 1,

    /// <summary>Random priorities with a bounded number of random points of change.</summary>
    Pct = 2,

    /// <summary>Partial order sampling: random priorities, drawn anew for racing operations.</summary>
    Pos = 3,

    /// <summary>Follows a <see cref="Schedule"/>.</summary>
    Script = 4,

    /// <summary>For experiments: a thread stays behind where a hold of the patch matches; else as uniprocessor.</summary>
    Probe = 5,
}
