using System.Text;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

public sealed class RequestEnvelopeTests
{
    [Fact]
    public void The_length_of_a_packet_follows_its_payload()
    {
        var envelope = new RequestEnvelope(Framing.Mysql, new byte[] { 5, 0, 0, 0, 3, 1, 2, 3, 4 });
        envelope.Content.ToArray().Should().Equal(3, 1, 2, 3, 4);
        envelope.Wrap(new byte[] { 3, 1 })!.Value.ToArray().Should().Equal(2, 0, 0, 0, 3, 1);
        envelope.Wrap(Array.Empty<byte>()).Should().BeNull();
    }

    [Fact]
    public void A_length_field_may_count_itself_and_be_big_endian()
    {
        var envelope = new RequestEnvelope(Framing.Length(1, 2, bigEndian: true, extra: 1), new byte[] { 9, 0, 4, 7, 7 });
        envelope.Wrap(new byte[] { 7, 7, 7 })!.Value.ToArray().Should().Equal(9, 0, 5, 7, 7, 7);
        envelope.Prefix!.Elements.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("http", "POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nabc", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("resp", "*9\r\n$9\r\nGET\r\n$7\r\na\r\n", "*2\r\n$3\r\nGET\r\n$1\r\na\r\n")]
    [InlineData("resp", "$9\r\na\r\n", "$1\r\na\r\n")]
    [InlineData("resp", "*1\r\n", null)]
    [InlineData("line", "abc\n", "abc\n")]
    [InlineData("line", "abc", null)]
    [InlineData("line", "a\nb\n", null)]
    public void Lengths_inside_are_made_right_and_what_is_not_one_request_is_refused(string framing, string content, string? whole)
    {
        var envelope = new RequestEnvelope(Framing.Parse(framing), "any\n"u8.ToArray());
        ReadOnlyMemory<byte>? wrapped = envelope.Wrap(Encoding.Latin1.GetBytes(content));
        (wrapped is { } bytes ? Encoding.Latin1.GetString(bytes.Span) : null).Should().Be(whole);
    }
}
