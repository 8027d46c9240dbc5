using System.Globalization;
using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Operations in words.</summary>
internal static class OperationWords
{
    /// <summary>"locks a mutex", "calls close(5)".</summary>
    public static string Verb(SchedulePlace place) => place.IsSystemCall
        ? $"calls {SystemCalls.Name(place.Operation)}{(place.IsDescriptor ? string.Create(CultureInfo.InvariantCulture, $"({(int)place.Object})") : "")}"
        : Verb((SynchronizationOperation)place.Operation);

    /// <summary>"before it locks a mutex", "behind pthread_mutex_unlock".</summary>
    public static string Position(SchedulePlace place) =>
        place.IsBehind ? $"behind {Name(place.Operation)}" : $"before {Name(place.Operation)}";

    /// <summary>The function's name, as the program calls it.</summary>
    public static string Name(int operation)
    {
        string name = SystemCalls.Name(operation);
        return operation < (int)SynchronizationOperation.MutexLock || name.StartsWith("sem_", StringComparison.Ordinal) ? name : "pthread_" + name.Replace("thread_", "", StringComparison.Ordinal);
    }

    private static string Verb(SynchronizationOperation operation) => operation switch
    {
        SynchronizationOperation.MutexLock or SynchronizationOperation.MutexTimedlock or SynchronizationOperation.MutexClocklock => "locks a mutex",
        SynchronizationOperation.MutexTrylock => "tries to lock a mutex",
        SynchronizationOperation.MutexUnlock => "unlocks a mutex",
        >= SynchronizationOperation.RwlockRdlock and <= SynchronizationOperation.RwlockClockrdlock => "locks a reader/writer lock for reading",
        >= SynchronizationOperation.RwlockWrlock and <= SynchronizationOperation.RwlockClockwrlock => "locks a reader/writer lock for writing",
        SynchronizationOperation.RwlockUnlock => "unlocks a reader/writer lock",
        >= SynchronizationOperation.CondWait and <= SynchronizationOperation.CondClockwait => "waits for a condition",
        SynchronizationOperation.CondSignal => "signals a condition",
        SynchronizationOperation.CondBroadcast => "signals a condition to all",
        >= SynchronizationOperation.SemWait and <= SynchronizationOperation.SemClockwait => "takes from a semaphore",
        SynchronizationOperation.SemPost => "posts a semaphore",
        SynchronizationOperation.BarrierWait => "waits at a barrier",
        SynchronizationOperation.Once => "calls pthread_once",
        SynchronizationOperation.SpinLock or SynchronizationOperation.SpinTrylock => "locks a spin lock",
        SynchronizationOperation.SpinUnlock => "unlocks a spin lock",
        SynchronizationOperation.ThreadCreate => "starts a thread",
        SynchronizationOperation.ThreadJoin => "waits for the end of a thread",
        SynchronizationOperation.ThreadExit => "ends itself",
        _ => $"calls {Name((int)operation)}",
    };
}
