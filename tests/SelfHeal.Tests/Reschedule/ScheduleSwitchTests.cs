using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using Xunit;

namespace SelfHeal.Tests.Reschedule;

public sealed class ScheduleSwitchTests
{
    [Fact]
    public void A_thread_that_goes_outside_passes_its_place_first() =>
        ScheduleSwitch.Script([new(0, 1, 5, 0, SwitchReason.Outside)]).ToString().Should().Be("1@5>1 1@5>0");

    [Fact]
    public void Switches_at_one_place_keep_the_order_of_the_run() =>
        ScheduleSwitch.Script([new(4, 1, 5, 2, SwitchReason.Outside), new(3, 1, 5, 0, SwitchReason.Interrupted)])
            .ToString().Should().Be("1@5>0 1@5>1 1@5>2");
}
