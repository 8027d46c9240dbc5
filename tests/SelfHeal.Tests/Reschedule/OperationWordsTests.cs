using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

public sealed class OperationWordsTests
{
    [Theory]
    [InlineData((int)SynchronizationOperation.MutexLock, 0x4040, "locks a mutex", "pthread_mutex_lock")]
    [InlineData((int)SynchronizationOperation.SemPost, 0x4040, "posts a semaphore", "sem_post")]
    [InlineData((int)SynchronizationOperation.ThreadJoin, 0x4040, "waits for the end of a thread", "pthread_join")]
    [InlineData((int)SynchronizationOperation.ThreadDetach, 1, "calls pthread_detach", "pthread_detach")]
    [InlineData(3, 5, "calls close(5)", "close")]
    [InlineData(87, 0, "calls unlink", "unlink")]
    public void Operations_are_told_in_words(int operation, int about, string verb, string name)
    {
        var place = new SchedulePlace(1, 1, operation, (ulong)about, IsBehind: false, [], 0);

        OperationWords.Verb(place).Should().Be(verb);
        OperationWords.Name(operation).Should().Be(name);
    }
}
