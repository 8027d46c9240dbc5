namespace SelfHeal.Log;

/// <summary>Mirrors <c>enum sh_trace_kind</c>.</summary>
public enum TraceKind
{
    Event = 1,
    Allocation = 2,
    Free = 3,

    /// <summary>Only in stacks.bin: one distinct allocation stack.</summary>
    Stack = 4,

    /// <summary>A place where the thread may be switched out.</summary>
    Place = 5,

    /// <summary>The thread is switched out.</summary>
    Switch = 6,
}
