using FluentAssertions;
using SelfHeal.Reschedule;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

public sealed class ProbeHoldTests
{
    private const int Lock = (int)SelfHeal.Log.SynchronizationOperation.MutexLock;
    private const int Poll = 7;

    /// <summary>A hold that was doubled behind its measured end covers more operations than were measured, and the words
    /// about it have to name the last of them.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)] // the second place is behind an operation
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)] // the fifth has no name
    [InlineData(6, 5)]
    [InlineData(1000, 5)] // the seventh waits
    public void A_hold_covers_the_operations_that_its_length_reaches(long places, int last)
    {
        SchedulePlace[] own =
        [
            Place(0), Place(1) with { IsBehind = true }, Place(2), Place(3), Place(4) with { Object = 0 }, Place(5),
            Place(6) with { Operation = Poll }, Place(7),
        ];
        ProbeHold.LastHeld(own, 0, places, place => place.Object != 0).Should().Be(last);
    }

    private static SchedulePlace Place(int number) => new(1, number + 1, Lock, 0x1000, IsBehind: false, [], number);
}
