using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

public sealed class WindowSearchTests
{
    private static readonly ScheduleSwitch Earlier = new(0, 1, 4, 2, SwitchReason.Interrupted);
    private static readonly ScheduleSwitch Other = new(1, 2, 8, 1, SwitchReason.Interrupted);
    private static readonly ScheduleSwitch Interruption = new(2, 1, 9, 2, SwitchReason.Interrupted);

    [Fact(Timeout = 60_000)]
    public async Task Both_ends_of_the_window_are_found()
    {
        VulnerableWindow window = await MeasureAsync([Other, Interruption], place => place is >= 7 and <= 12, last: 50);

        (window.First, window.Last, window.Count).Should().Be((7, 12, 6));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_window_of_one_place()
    {
        VulnerableWindow window = await MeasureAsync([Interruption], place => place == 9, last: 50);

        (window.First, window.Last).Should().Be((9, 9));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_ends_at_the_thread_s_first_and_last_place()
    {
        VulnerableWindow window = await MeasureAsync([Interruption], _ => true, last: 11);

        (window.First, window.Last).Should().Be((1, 11));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_does_not_pass_an_earlier_switch_of_the_same_thread()
    {
        VulnerableWindow window = await MeasureAsync([Earlier, Other, Interruption], _ => true, last: 10);

        (window.First, window.Last).Should().Be((5, 10));
    }

    [Fact(Timeout = 60_000)]
    public async Task Windows_close_by_are_found_too()
    {
        var search = new WindowSearch((switches, _) => Task.FromResult(switches[^1].Place is 2 or (>= 8 and <= 9) or 14 or 15 or 90));

        IReadOnlyList<VulnerableWindow> siblings = await search.SiblingsAsync(
            [Other, Interruption], new VulnerableWindow(Interruption, 8, 9), last: 100, TestContext.Current.CancellationToken);

        siblings.Select(window => (window.First, window.Last)).Should().Equal((2, 2), (14, 15));
    }

    private static Task<VulnerableWindow> MeasureAsync(ScheduleSwitch[] schedule, Func<long, bool> fails, long last) =>
        new WindowSearch((switches, _) => Task.FromResult(fails(switches.Single(one => one.Index == Interruption.Index).Place)))
            .MeasureAsync(schedule, Interruption, last, TestContext.Current.CancellationToken);
}
