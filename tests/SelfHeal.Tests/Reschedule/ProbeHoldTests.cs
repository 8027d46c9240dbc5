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

    /// <summary>What is interrupted seldom is not seen in a few failing runs: the hold begins with the call that the window is in.</summary>
    [Theory]
    [InlineData(5, 7, 3)] // the call began there
    [InlineData(6, 7, 5)] // not more than twice as long
    [InlineData(3, 7, 3)]
    [InlineData(7, 7, 7)]
    public void A_hold_that_may_begin_too_late_begins_with_the_call_that_it_is_in(int first, int last, int expected)
    {
        ulong[] caller = [100, 1], other = [200, 1]; // innermost first
        SchedulePlace[] own =
        [
            Place(0) with { Frames = [7, .. caller] }, Place(1) with { Operation = Poll, Frames = [8, .. caller] }, Place(2) with { Frames = [9, .. other] },
            Place(3) with { Frames = [10, .. caller] }, Place(4) with { Frames = [11, .. caller], IsBehind = true }, Place(5) with { Frames = [12, 13, .. caller] },
            Place(6) with { Frames = [14, .. caller] }, Place(7) with { Frames = [15, .. caller] },
        ];
        ProbeHold.Earlier(own, first, last, _ => true).Should().Be(expected);
    }

    private static SchedulePlace Place(int number) => new(1, number + 1, Lock, 0x1000, IsBehind: false, [], number);
}
