namespace SelfHeal.Log;

/// <summary>Heap damage that guard mode measured.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Blocks">Blocks of the same allocation stack on which this was seen.</param>
/// <param name="Size">Bytes asked for.</param>
/// <param name="Allocation">Index of the allocation, from 0.</param>
/// <param name="Event">Events completed before the first bad access.</param>
/// <param name="First">Offset in bytes of the first bad byte from the block's start.</param>
/// <param name="Extent">Bytes beyond the end (or before the start) to the farthest bad byte.</param>
/// <param name="AllocationStack">[0] is the return address in malloc's caller.</param>
/// <param name="AccessStack">[0] is the faulting pc; empty where unknown.</param>
public sealed record OverflowRecord(
    OverflowKind Kind, int Blocks, long Size, long Allocation, long Event, long First, long Extent,
    CallStack AllocationStack, CallStack AccessStack);
