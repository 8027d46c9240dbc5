using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

public sealed class ScheduleMinimizerTests
{
    private int _runs;

    [Theory(Timeout = 60_000)]
    [InlineData(40, new int[] { })]
    [InlineData(40, new[] { 7 })]
    [InlineData(41, new[] { 0, 40 })]
    [InlineData(64, new[] { 3, 17, 18, 63 })]
    [InlineData(1, new[] { 0 })]
    public async Task What_is_needed_stays_and_nothing_else(int count, int[] needed)
    {
        IReadOnlyList<ScheduleSwitch> smallest = await Minimizer(needed).MinimizeAsync(Switches(count), TestContext.Current.CancellationToken);

        smallest.Select(one => one.Index).Should().Equal(needed);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_of_a_hundred_is_found_in_few_runs()
    {
        _ = await Minimizer([77]).MinimizeAsync(Switches(100), TestContext.Current.CancellationToken);

        _runs.Should().BeLessThan(30);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_that_do_alike_the_first_goes()
    {
        var minimizer = new ScheduleMinimizer((switches, _) => Task.FromResult(switches.Any(one => one.Index is 2 or 9)));

        IReadOnlyList<ScheduleSwitch> smallest = await minimizer.MinimizeAsync(Switches(12), TestContext.Current.CancellationToken);

        smallest.Select(one => one.Index).Should().Equal(9);
    }

    private ScheduleMinimizer Minimizer(int[] needed) => new((switches, _) =>
    {
        Interlocked.Increment(ref _runs);
        return Task.FromResult(needed.All(index => switches.Any(one => one.Index == index)));
    });

    private static ScheduleSwitch[] Switches(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ScheduleSwitch(i, i % 2, i + 1, 1 - (i % 2), SwitchReason.Interrupted))];
}
