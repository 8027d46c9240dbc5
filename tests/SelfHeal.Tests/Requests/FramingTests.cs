using System.Text;
using FluentAssertions;
using SelfHeal.Patches;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

public sealed class FramingTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("line", "ab\ncd\r\nlast", "ab\n|cd\r\n|last")]
    [InlineData("delimiter \"--\"", "a--b---c", "a--|b--|-c")]
    [InlineData("length 0 1 little 1", "\u0002ab\u0000\u0001c", "\u0002ab|\u0000|\u0001c")]
    [InlineData("mysql", "\u0001\0\0\0a\u0002\0\0\u0001bc", "\u0001\0\0\0a|\u0002\0\0\u0001bc")]
    [InlineData("mbox", "From a\n\nx\nFrom y\n\nFrom b\nz", "From a\n\nx\nFrom y\n\n|From b\nz")]
    [InlineData("imap", "a LOGIN {2}\r\n\r\n {1+}\r\nx\r\nb NOOP\r\n", "a LOGIN {2}\r\n\r\n {1+}\r\nx\r\n|b NOOP\r\n")]
    [InlineData("http", "GET / HTTP/1.1\r\n\r\nPUT / HTTP/1.1\r\nCONTENT-length: 2\r\n\r\nab", "GET / HTTP/1.1\r\n\r\n|PUT / HTTP/1.1\r\nCONTENT-length: 2\r\n\r\nab")]
    [InlineData("http", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.0\n\n", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n\r\n|GET / HTTP/1.0\n\n")]
    [InlineData("resp", "*2\r\n*1\r\n:1\r\n$2\r\na\n\r\nPING\r\n$-1\r\n", "*2\r\n*1\r\n:1\r\n$2\r\na\n\r\n|PING\r\n|$-1\r\n")]
    public void Streams_are_cut_at_the_ends_of_requests(string framing, string stream, string expected) =>
        string.Join('|', Cut(framing, stream).Select(request => Encoding.Latin1.GetString(request.Bytes.Span))).Should().Be(expected);

    [Theory(Timeout = Limit)]
    [InlineData("length 0 1 little 0", "\u0000rest")]
    [InlineData("length 0 8 little 0", "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffrest")]
    [InlineData("mbox", "To: x\n")]
    [InlineData("http", "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\nrest")]
    [InlineData("http", "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nrest")]
    [InlineData("http", "{\"json\":1}\n")]
    [InlineData("resp", "$x\r\n")]
    [InlineData("mysql", "\u0004\0\0\0ab")]
    public void The_rest_behind_what_is_malformed_is_one_request(string framing, string stream) =>
        Cut(framing, stream).Should().ContainSingle().Which.Kind.Should().Be(RequestCutKind.Malformed);

    [Fact(Timeout = Limit)]
    public void A_packet_of_sixteen_megabytes_continues_in_the_next_one()
    {
        byte[] stream = [0xff, 0xff, 0xff, 0, .. new byte[0xffffff], 1, 0, 0, 1, (byte)'x', 1, 0, 0, 0, (byte)'y'];

        RequestSplitter.Split(Framing.Mysql, stream).Select(request => request.Bytes.Length).Should().Equal(4 + 0xffffff + 5, 5);
    }

    [Fact(Timeout = Limit)]
    public void A_cutter_says_how_many_bytes_it_needs_at_least()
    {
        IRequestCutter cutter = Framing.Parse("length 0 3 little 4").Begin();

        cutter.Next([9, 0, 0, 0], false).Should().Be(new RequestCut(RequestCutKind.More, 9));
        cutter.Next([9, 0, 0, 0, 1, 2], false).Should().Be(new RequestCut(RequestCutKind.More, 7));
    }

    [Theory(Timeout = Limit)]
    [InlineData("lines")]
    [InlineData("delimiter \"\"")]
    [InlineData("length 0 9 little 0")]
    [InlineData("length 0 2 middle 0")]
    [InlineData("length 0 2 little 65537")]
    [InlineData("line ")]
    public void What_is_no_framing_is_one_sentence(string text) => FluentActions.Invoking(() => Framing.Parse(text))
        .Should().Throw<FormatException>().WithMessage($"\"{text}\" is no framing: *");

    [Fact(Timeout = Limit)]
    public void A_framing_of_ones_own_cuts_but_cannot_be_stored_in_a_patch()
    {
        var own = new Halves();

        RequestSplitter.Split(own, "abcde"u8.ToArray()).Select(request => request.Bytes.Length).Should().Equal(2, 2, 1);
        FluentActions.Invoking(() => new DropEntry([], own, [RequestPattern.Parse("*")])).Should().Throw<SelfHealException>()
            .WithMessage("The framing halves cannot be stored in a patch: *");
    }

    [Theory(Timeout = Limit)]
    [InlineData("http", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("imap", "* OK hello\r\n* 1 FETCH (BODY {3}\r\na\nb)\r\na1 OK done\r\n", "+ idling\r\n")]
    [InlineData("mbox", "From a\n\nx\n\nFrom b\n\ny\n", "From c\n\n")]
    [InlineData("resp", "*1\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPI\nG\r\n*2\r\n$1")]
    [InlineData("mysql", "\u0001\0\0\0\u000e\u0002\0\0\0\u0003x", "\u0001\0\0\0\u0001\u0001\0\0\0\u0001")]
    [InlineData("line", "define f(x)\n1+1\nquit\n", "2\n")]
    [InlineData(null, "\0\u0001\u0002\u0003\n\n", "abc")]
    public void The_framing_is_found_from_the_bytes(string? expected, params string[] streams) =>
        FramingDetector.Detect([.. streams.Select(stream => (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(stream))])?.Description.Should().Be(expected);

    [Theory(Timeout = Limit)]
    [InlineData("length 0 4 big 4")]
    [InlineData("length 0 4 little 0")]
    [InlineData("length 0 2 big 2")]
    [InlineData("length 0 2 little 2")]
    [InlineData("length 1 4 big 5")]
    [InlineData("length 3 2 big 5")]
    [InlineData("length 8 4 big 12")]
    public void Where_requests_say_their_length_is_found_from_their_bytes(string text)
    {
        Framing framing = Framing.Parse(text);
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            byte[][] requests = [.. Enumerable.Range(0, 12).Select(_ => Counted(framing, random))];
            ReadOnlyMemory<byte> first = requests[..5].SelectMany(one => one).ToArray(), second = requests[5..].SelectMany(one => one).Append((byte)0).ToArray();

            Framing? found = FramingDetector.Detect([first, second]);

            found.Should().NotBeNull();
            RequestSplitter.Split(found!, second, ended: false).Select(one => one.Bytes.Length).Should().Equal([.. requests[5..].Select(one => one.Length), 1]);
        }
    }

    [Fact(Timeout = Limit)]
    public void Bytes_without_order_say_no_length()
    {
        var random = new Random(6);
        byte[] bytes = new byte[300];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(bytes);
            bytes[0] = 0; // no text
            FramingDetector.Detect([bytes.AsMemory(0, random.Next(100, 300))])?.Kind.Should().NotBe(FramingKind.Length);
        }
    }

    /// <summary>Bytes below 32 in front of the length, then 1 to 40 of any value.</summary>
    private static byte[] Counted(Framing framing, Random random)
    {
        byte[] bytes = new byte[framing.Offset + framing.Size + random.Next(1, 40)];
        random.NextBytes(bytes);
        for (int i = 0; i < framing.Size; i++)
        {
            bytes[framing.Offset + i] = (byte)((bytes.Length - framing.Extra) >> (8 * (framing.BigEndian ? framing.Size - 1 - i : i)));
        }

        for (int i = 0; i < framing.Offset; i++)
        {
            bytes[i] %= 32;
        }

        return bytes;
    }

    private static IReadOnlyList<Request> Cut(string framing, string stream) =>
        RequestSplitter.Split(Framing.Parse(framing), Encoding.Latin1.GetBytes(stream));

    private sealed class Halves : IFraming, IRequestCutter
    {
        public string Description => "halves";

        public IRequestCutter Begin() => this;

        public RequestCut Next(ReadOnlySpan<byte> bytes, bool ended) => new(RequestCutKind.Complete, Math.Min(2, bytes.Length));
    }
}
