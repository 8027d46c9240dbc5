using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using SelfHeal.Log;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Schedules;

public sealed class ScheduleTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    private static readonly Gen<Schedule> Schedules =
        from numbers in Gen.Choose(0, 5).Two().Zip(Gen.Choose(1, 1000)).ListOf()
        select new Schedule(numbers.Select(n => new ScheduleEntry(n.Item1.Item1, n.Item2, n.Item1.Item2)));

    public void Dispose() => _directory.Dispose();

    /// <summary>500 random schedules.</summary>
    [Fact(Timeout = Limit)]
    public void A_written_schedule_is_read_as_it_was() => Prop.ForAll(Schedules.ToArbitrary(), schedule =>
    {
        schedule.Write(_directory.At("schedule.bin"));
        return Schedule.Read(_directory.At("schedule.bin")).Equals(schedule);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact(Timeout = Limit)]
    public void Entries_are_sorted_by_thread_then_place() => Prop.ForAll(Schedules.ToArbitrary(), schedule =>
        schedule.Entries.Zip(schedule.Entries.Skip(1)).All(pair =>
            (pair.First.Thread, pair.First.Place).CompareTo((pair.Second.Thread, pair.Second.Place)) <= 0))
        .Check(Config.QuickThrowOnFailure);

    [Fact(Timeout = Limit)]
    public void What_is_added_is_removed_again() => Prop.ForAll(Schedules.ToArbitrary(), schedule =>
        schedule.Add(new ScheduleEntry(9, 1, 0)).Remove(new ScheduleEntry(9, 1, 0)).Equals(schedule))
        .Check(Config.QuickThrowOnFailure);

    [Fact(Timeout = Limit)]
    public void A_moved_entry_keeps_the_order()
    {
        var schedule = new Schedule([new(0, 5, 1), new(1, 2, 0), new(0, 9, 1)]);

        schedule.Move(new ScheduleEntry(0, 9, 1), 3).ToString().Should().Be("0@3>1 0@5>1 1@2>0");
        schedule.ToString().Should().Be("0@5>1 0@9>1 1@2>0");
    }

    [Fact(Timeout = Limit)]
    public void Of_two_entries_for_one_place_the_first_stays_the_first() =>
        new Schedule([new(0, 5, 2), new(0, 5, 1)]).Entries.Select(entry => entry.Next).Should().Equal(2, 1);

    [Fact(Timeout = Limit)]
    public void A_log_gives_the_schedule_that_the_run_had()
    {
        byte[] allocation = [16, .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(7L)];
        File.WriteAllBytes(_directory.At("000000.seg"), new SelfHeal.Tests.Log.SegmentBuilder().Event(700).Switch(1, 5).Switch(0, 7)
            .Switch(1, 2).Switch(0, 1, inexact: true).Event(711, 7, null, 3, allocation, check: 0x3fff).Switch(0, 3)
            .Event(713).Event(700).Switch(1, 1).Event(709).Build(0, 0));

        Schedule.FromLog(new EventLog(_directory.Path)).ToString().Should().Be("0@5>1 0@7>1 1@7>0 1@11>0");
    }

    [Fact(Timeout = Limit)]
    public void An_entry_that_is_not_there_is_an_error() => FluentActions
        .Invoking(() => Schedule.Empty.Remove(new ScheduleEntry(0, 1, 1))).Should().Throw<ArgumentException>();

    [Theory(Timeout = Limit)]
    [InlineData(-1, 1, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, -1)]
    public void Numbers_that_make_no_sense_are_refused(int thread, long place, int next) => FluentActions
        .Invoking(() => new Schedule([new(thread, place, next)])).Should().Throw<SelfHealException>().WithMessage("*cannot hold*");

    [Fact(Timeout = Limit)]
    public void A_damaged_file_is_a_sentence()
    {
        File.WriteAllBytes(_directory.At("short"), new byte[17]);
        File.WriteAllBytes(_directory.At("zero"), new byte[16]);

        FluentActions.Invoking(() => Schedule.Read(_directory.At("short"))).Should().Throw<DamagedRunException>().WithMessage("*cut off*");
        FluentActions.Invoking(() => Schedule.Read(_directory.At("zero"))).Should().Throw<DamagedRunException>().WithMessage("*damaged*");
        FluentActions.Invoking(() => Schedule.Read(_directory.At("none"))).Should().Throw<DamagedRunException>();
    }
}
