namespace SelfHeal.Log;

/// <summary>One record of trace.bin or stacks.bin. Mirrors <c>struct sh_trace</c>.</summary>
/// <param name="Kind">What the record is about.</param>
/// <param name="Code">Event code, or the kind of allocation (1 malloc, 2 calloc, 3 realloc, 4 aligned).</param>
/// <param name="Number">Index of the event or allocation; in stacks.bin the allocations with this stack.</param>
/// <param name="Event">Events completed before.</param>
/// <param name="Arguments">Six numbers; see recorder_abi.h.</param>
/// <param name="Result">Result, or address returned.</param>
/// <param name="Frames">Return addresses, innermost first.</param>
public sealed record TraceRecord(
    TraceKind Kind, int Code, long Number, long Event, IReadOnlyList<ulong> Arguments, ulong Result,
    IReadOnlyList<ulong> Frames);
