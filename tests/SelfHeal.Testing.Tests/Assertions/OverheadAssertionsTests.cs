using FluentAssertions;
using SelfHeal.Measure;
using Xunit;

namespace SelfHeal.Testing.Tests.Assertions;

public sealed class OverheadAssertionsTests
{
    private static readonly PairedMeasurement Measured = new([1.0, 2.0, 1.0], [1.1, 2.0, 1.2]);

    [Fact]
    public void An_overhead_within_its_limit_passes() =>
        Measured.Should().BeAtMost(1.1001).And.BeMeasuredOver(seconds: 1);

    [Fact]
    public void An_overhead_above_its_limit_tells_median_spread_and_times() =>
        FluentActions.Invoking(() => Measured.Should().BeAtMost(1.05, "that is the budget")).Should().Throw<Exception>()
            .WithMessage("Expected the overhead to be at most 1.05 because that is the budget, "
                + "but it is 1.100 (1.000 to 1.200 in 3 pairs, medians 1.000 s and 1.200 s).");

    [Fact]
    public void Runs_that_are_too_short_are_refused() =>
        FluentActions.Invoking(() => Measured.Should().BeMeasuredOver(seconds: 4)).Should().Throw<Exception>()
            .WithMessage("*to be measured over 4.0 seconds or more*");
}
