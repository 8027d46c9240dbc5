namespace SelfHeal.Log;

/// <summary>One record of trace.bin or stacks.bin. Mirrors <c>struct sh_trace</c>.</summary>
/// <param name="Kind">What the record is about.</param>
/// <param name="Code">Event code; the kind of allocation (1 malloc, 2 calloc, 3 realloc, 4 aligned); of a place its system
/// call or <see cref="SynchronizationOperation"/>; of a switch its <see cref="SwitchReason"/>.</param>
/// <param name="Number">Index of the event or allocation; in stacks.bin the allocations with this stack; the thread's own
/// count of places.</param>
/// <param name="Event">Events completed before.</param>
/// <param name="Arguments">Six numbers; see recorder_abi.h. A place: its object, and 1 where it lies behind the operation; a
/// switch: the next thread.</param>
/// <param name="Result">Result, or address returned.</param>
/// <param name="Frames">Return addresses, innermost first.</param>
/// <param name="Thread">Number of the thread, from 0.</param>
public sealed record TraceRecord(
    TraceKind Kind, int Code, long Number, long Event, IReadOnlyList<ulong> Arguments, ulong Result,
    IReadOnlyList<ulong> Frames, int Thread = 0);
