using System.Text;
using FluentAssertions;
using SelfHeal.Reports;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Reports;

public sealed class PatternMarksTests
{
    [Theory]
    [InlineData("* \"@@\" *", "get a@@b\n", "     ^^  ")]
    [InlineData("\"SUM\"i [ ]{1,} number{>=100} *", "sum 250\n", "^^^^^^^ ")]
    [InlineData("\"x\" [a-z]{3,} *", "xabcdE", "^^^^^ ")]
    [InlineData("[a-z]{0,} \"=\" [0-9]{2}", "key=42", "   ^^^")]
    [InlineData("(\"ab\" [0-9]{1,}){2,} *", "ab1ab22ab3 end", "^^^^^^^^^^    ")]
    [InlineData(".{3} \"q\" *", "abcqr", "   ^ ")]
    public void What_a_pattern_insists_on_is_marked(string pattern, string request, string marks)
    {
        bool[]? found = PatternMarks.Of(RequestPattern.Parse(pattern), Encoding.Latin1.GetBytes(request));
        new string([.. found!.Select(one => one ? '^' : ' ')]).Should().Be(marks);
    }

    [Fact]
    public void A_pattern_that_does_not_match_marks_nothing() =>
        PatternMarks.Of(RequestPattern.Parse("\"a\" *"), "b"u8).Should().BeNull();

    [Fact]
    public void The_marked_text_is_the_whole_request_where_it_is_short()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("get \"a\"@@\0\xff\n");
        IReadOnlyList<MarkedText> parts = MarkedText.Of(bytes, [RequestPattern.Parse("* \"@@\" *")]);
        string.Concat(parts.Select(part => part.Text)).Should().Be("get \\\"a\\\"@@\\0\\xff\\n");
        parts.Should().ContainSingle(part => part.IsMarked).Which.Text.Should().Be("@@");
    }

    [Fact]
    public void Of_a_long_part_the_middle_is_left_out_and_that_is_said()
    {
        IReadOnlyList<MarkedText> parts = MarkedText.Of(new byte[5000], []);
        parts.Should().ContainSingle(part => part.IsGap).Which.Text.Should().Be("4,800 bytes left out");
    }
}
