using FluentAssertions;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class IntervalsTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void Each_switch_ends_an_interval_and_names_the_next_thread()
    {
        Segment(0, new SegmentBuilder().Event(700).Event(714, 2, [44]).Switch(1, 5).Event(3).Event(3).Switch(0, 7).Event(1)
            .Switch(1, 2).Event(709));

        Read().Should().Equal(
            new Interval(0, 0, 2, 5, 5, 1, IntervalEnd.Switched),
            new Interval(1, 3, 2, 7, 7, 0, IntervalEnd.Switched),
            new Interval(0, 6, 1, 2, 7, 1, IntervalEnd.Switched),
            new Interval(1, 8, 1, null, null, null, IntervalEnd.ProgramEnded));
    }

    [Fact(Timeout = Limit)]
    public void Each_event_belongs_to_the_thread_that_ran()
    {
        Segment(0, new SegmentBuilder().Event(700).Switch(2, 1).Event(3).Switch(1, 1).Event(3).Event(700).Event(3));

        new EventLog(_directory.Path).Read().Select(e => e.Thread).Should().Equal(0, 0, 2, 2, 1, 0, 0);
    }

    [Fact(Timeout = Limit)]
    public void Many_places_are_in_the_payload()
    {
        Segment(0, new SegmentBuilder().Switch(1, 0x3ffe).Switch(0, 0x3fff).Switch(1, 1L << 40));

        new EventLog(_directory.Path).Read().Select(e => e.Places).Should().Equal(0x3ffe, 0x3fff, 1L << 40);
        Read().Select(interval => interval.PlacesAtEnd).Should().Equal(0x3ffe, 0x3fff, 0x3ffe + (1L << 40), null);
    }

    [Fact(Timeout = Limit)]
    public void A_switch_by_the_watchdog_is_inexact_and_one_at_an_allocation_is_not()
    {
        Segment(0, new SegmentBuilder().Switch(1, 3, inexact: true)
            .Event(711, 7, null, 3, [16, .. SegmentBuilder.U64(9), .. SegmentBuilder.U64(4)], check: 0x3fff));

        Read().Select(interval => (interval.Places, interval.End)).Should().Equal(
            (3, IntervalEnd.Watchdog), (9, IntervalEnd.Allocation), (null, IntervalEnd.Cut));
        Read()[0].IsInexact.Should().BeTrue();
        new EventLog(_directory.Path).Read().Last().Allocation.Should().Be(4);
    }

    [Fact(Timeout = Limit)]
    public void After_an_exec_threads_and_places_are_counted_anew()
    {
        Segment(0, new SegmentBuilder().Event(700).Switch(1, 4).Event(713).Event(700).Switch(1, 2).Event(3));

        Read().Should().Equal(
            new Interval(0, 0, 1, 4, 4, 1, IntervalEnd.Switched),
            new Interval(1, 2, 1, null, null, null, IntervalEnd.Exec),
            new Interval(0, 3, 1, 2, 2, 1, IntervalEnd.Switched),
            new Interval(1, 5, 1, null, null, null, IntervalEnd.Cut));
    }

    [Fact(Timeout = Limit)]
    public void A_log_that_ends_with_a_switch_ends_with_an_empty_interval()
    {
        Segment(0, new SegmentBuilder().Event(700).Switch(3, 1));
        Read()[^1].Should().Be(new Interval(3, 2, 0, null, null, null, IntervalEnd.Cut));
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_switch_with_a_wrong_payload_is_damage(int size)
    {
        Segment(0, new SegmentBuilder().Event(711, 0, null, 3, [(byte)size, .. new byte[size]], check: 0x3fff));
        FluentActions.Invoking(Read).Should().Throw<DamagedLogException>().WithMessage("*interval*");
    }

    [Fact(Timeout = Limit)]
    public void A_switch_to_a_negative_thread_is_damage()
    {
        Segment(0, new SegmentBuilder().Event(711, 3, [1], check: 1));
        FluentActions.Invoking(Read).Should().Throw<DamagedLogException>();
    }

    private void Segment(int index, SegmentBuilder builder, long first = 0) =>
        File.WriteAllBytes(_directory.At($"{index:D6}.seg"), builder.Build(index, first));

    private IReadOnlyList<Interval> Read() => Intervals.Read(new EventLog(_directory.Path));
}
