using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>A heap overflow with names: the same shape from guard mode and from valgrind.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Size">Size of the block in bytes, as asked for.</param>
/// <param name="Extent">Bytes beyond the end (or before the start) to the farthest bad byte.</param>
/// <param name="First">Offset in bytes of the first bad byte from the block's start.</param>
/// <param name="Blocks">Blocks of the same allocation stack that were damaged.</param>
/// <param name="AllocationStack">[0] is malloc's caller.</param>
/// <param name="AccessStack">[0] is the bad access; empty where unknown.</param>
public sealed record OverflowFinding(
    OverflowKind Kind, long Size, long Extent, long First, int Blocks,
    IReadOnlyList<StackFrame> AllocationStack, IReadOnlyList<StackFrame> AccessStack)
{
    public bool IsWrite => Kind != OverflowKind.ReadAfter;

    /// <summary>More room behind the block helps against it.</summary>
    public bool CanBePadded => Kind is OverflowKind.WriteAfter or OverflowKind.ReadAfter or OverflowKind.WriteSlack;

    /// <summary>The innermost frame of the bad access outside of the C library (memset, strcpy); null where unknown.</summary>
    public StackFrame? AccessFrame =>
        AccessStack.FirstOrDefault(frame => frame.Module?.StartsWith("libc.so", StringComparison.Ordinal) != true
            && frame.Module?.StartsWith("vgpreload", StringComparison.Ordinal) != true)
        ?? (AccessStack.Count > 0 ? AccessStack[0] : null);

    private int ToMain => AllocationStack.TakeWhile(frame => !frame.IsMain).Count() + 1;

    /// <summary>"512 bytes written beyond a block of 512 at ..., allocated at ...".</summary>
    public string Sentence
    {
        get
        {
            string what = Kind switch
            {
                OverflowKind.ReadAfter => "read beyond",
                OverflowKind.WriteBefore => "written before",
                OverflowKind.WriteFreed => "written after the free of",
                _ => "written beyond",
            };
            string access = AccessFrame is { } frame ? $" at {frame}" : "";
            string allocation = AllocationStack.Count > 0
                ? ", allocated at " + string.Join(" < ", AllocationStack.Take(Math.Min(4, ToMain))) : "";
            string bytes = Extent == 1 ? "1 byte" : $"{Extent} bytes";
            return $"{bytes} {what} a block of {Size}{access}{allocation}";
        }
    }
}
