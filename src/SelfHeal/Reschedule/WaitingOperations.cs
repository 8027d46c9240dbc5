using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Operations in which a thread waits for a peer, for time, or for another thread: a hold ends there, so that no
/// window reaches across one.</summary>
internal static class WaitingOperations
{
    // read is one where it reads from a peer: there it is recvfrom in most servers, and a file's read shall not end a window
    private static readonly HashSet<int> Calls =
    [
        7, 23, 34, 35, 43, 45, 47, 61, 128, 130, 202, 230, 232, 247, 270, 271, 281, 288, 299, 441,
        (int)SynchronizationOperation.CondWait, (int)SynchronizationOperation.CondTimedwait, (int)SynchronizationOperation.CondClockwait,
        (int)SynchronizationOperation.SemWait, (int)SynchronizationOperation.SemTimedwait, (int)SynchronizationOperation.SemClockwait,
        (int)SynchronizationOperation.BarrierWait, (int)SynchronizationOperation.ThreadJoin, (int)SynchronizationOperation.ThreadExit,
    ];

    public static bool Contains(int operation) => Calls.Contains(operation);
}
