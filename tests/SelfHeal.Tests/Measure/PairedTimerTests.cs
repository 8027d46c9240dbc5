using FluentAssertions;
using SelfHeal.Measure;
using Xunit;

namespace SelfHeal.Tests.Measure;

public sealed class PairedTimerTests
{
    [Fact]
    public void Pairs_are_interleaved_and_change_their_order()
    {
        var order = new List<char>();
        PairedTimer.Measure(() => order.Add('a'), () => order.Add('b'), 3);
        string.Concat(order).Should().Be("ab" + "ab" + "ba" + "ab");
    }

    [Fact]
    public void The_ratio_is_the_median_of_the_ratios_of_the_pairs()
    {
        var measured = new PairedMeasurement([1, 2, 4], [1.5, 2, 8]);
        measured.Ratio.Should().Be(1.5);
        measured.Spread.Should().Be((1.0, 2.0));
        (measured.MedianA, measured.MedianB).Should().Be((2.0, 2.0));
    }

    [Fact]
    public void The_median_of_two_is_their_mean() => PairedMeasurement.Median([1, 2]).Should().Be(1.5);
}
