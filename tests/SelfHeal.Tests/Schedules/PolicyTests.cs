using FluentAssertions;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Schedules;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("uniprocessor", "uniprocessor")]
    [InlineData("random", "random:100")]
    [InlineData("random:1", "random:1")]
    [InlineData("random:1000", "random:1000")]
    [InlineData("pct", "pct:3")]
    [InlineData("pct:7", "pct:7")]
    [InlineData("pct:2:900", "pct:2:900")]
    [InlineData("pos", "pos")]
    public void A_policy_is_parsed_and_written_again(string text, string written)
    {
        Policy policy = Policy.Parse(text);
        policy.ToString().Should().Be(written);
        Policy.Parse(written).Should().Be(policy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Random")]
    [InlineData("script")]
    [InlineData("random:0")]
    [InlineData("random:1001")]
    [InlineData("random:-1")]
    [InlineData("random:1:2")]
    [InlineData("pct:0")]
    [InlineData("pct:")]
    [InlineData("pct:3:0")]
    [InlineData("pct:3:+1")]
    [InlineData("pct:3:1:1")]
    [InlineData("pct:3:99999999999999999999")]
    [InlineData("pos:1")]
    [InlineData("uniprocessor:2")]
    public void What_is_no_policy_is_refused_in_one_sentence(string text)
    {
        Policy.TryParse(text, out Policy? policy, out string error).Should().BeFalse();
        policy.Should().BeNull();
        error.Should().Contain("is no policy").And.EndWith(".").And.NotContain("\n");
        FluentActions.Invoking(() => Policy.Parse(text)).Should().Throw<SelfHealException>().WithMessage(error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Numbers_out_of_range_are_refused_in_code_too(int number) => FluentActions
        .Invoking(() => Policy.Random(number)).Should().Throw<ArgumentOutOfRangeException>();
}
