using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>A place that a thread passed in a traced run.</summary>
/// <param name="Thread">Number of the thread.</param>
/// <param name="Number">The thread's own count of places, from 1.</param>
/// <param name="Operation">System call, or <see cref="SynchronizationOperation"/>.</param>
/// <param name="Object">Address of the lock, or descriptor; 0: none.</param>
/// <param name="IsBehind">Behind the operation, not before it.</param>
/// <param name="Frames">Call stack, innermost first.</param>
/// <param name="Order">Its number in the run, over all threads.</param>
internal sealed record SchedulePlace(
    int Thread, long Number, int Operation, ulong Object, bool IsBehind, IReadOnlyList<ulong> Frames, int Order)
{
    private const int FirstOperation = 800;

    private const int Futex = 202;

    /// <summary>Waiting and waking inside of another operation.</summary>
    public bool IsFutex => Operation == Futex;

    public bool IsSystemCall => Operation < FirstOperation;

    public CallStack Stack => new(Frames, Truncated: false);

    /// <summary>Both are about one lock, or one descriptor.</summary>
    public bool SharesObjectWith(SchedulePlace other) =>
        Object == other.Object && IsSystemCall == other.IsSystemCall
        && (IsSystemCall ? IsDescriptor && other.IsDescriptor : Object != 0);

    /// <summary>The object is a descriptor.</summary>
    public bool IsDescriptor => Array.IndexOf(DescriptorCalls, Operation) >= 0;

    /// <summary>read to lseek, ioctl to writev, dup, sendfile, the calls on sockets, fcntl to ftruncate, getdents, fchdir,
    /// fchmod, fchown, getdents64, the p and v variants, accept4, dup3, fallocate.</summary>
    private static readonly int[] DescriptorCalls =
    [
        0, 1, 3, 5, 8, 16, 17, 18, 19, 20, 32, 33, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 54, 55, 72, 73, 74, 75, 77, 78, 81,
        91, 93, 217, 285, 288, 292, 295, 296, 299, 307, 327, 328,
    ];
}
