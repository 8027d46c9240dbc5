using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Testing.Tests.Servers;

/// <summary>Against a listener that says what a test gives it, in pieces of one byte, and closes.</summary>
public sealed class HealClientTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HealClientTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("+OK\r\n", "OK")]
    [InlineData(":-7\r\n", "-7")]
    [InlineData("-ERR no\r\n", "(error) ERR no")]
    [InlineData("$5\r\na\r\nbc\r\n", "a\r\nbc")]
    [InlineData("$-1\r\n", "(nil)")]
    [InlineData("_\r\n", "(nil)")]
    [InlineData("*2\r\n+a\r\n*1\r\n:1\r\n", "[a, [1]]")]
    [InlineData("%1\r\n+k\r\n$1\r\nv\r\n", "[k, v]")]
    public async Task A_reply_of_redis_is_read(string bytes, string shown)
    {
        using HealClient client = await ConnectAsync(bytes);
        (await client.CommandAsync("GET", "ä"))!.ToString().Should().Be(shown);
        (await client.CommandAsync("GET", "ä")).Should().BeNull("the server has closed the connection");
    }

    [Theory(Timeout = Limit)]
    [InlineData("$5\r\nab")]
    [InlineData("*2\r\n+a\r\n")]
    [InlineData("")]
    public async Task A_reply_that_is_cut_off_is_none(string bytes)
    {
        using HealClient client = await ConnectAsync(bytes);
        (await client.CommandAsync("PING")).Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_no_reply_is_told()
    {
        using HealClient client = await ConnectAsync("HTTP/1.1 400\r\n");
        await FluentActions.Awaiting(() => client.CommandAsync("PING")).Should().ThrowAsync<InvalidDataException>().WithMessage("\"HTTP/1.1 400\" is no reply *");
    }

    [Fact(Timeout = Limit)]
    public async Task Lines_and_bytes_are_read_as_they_come()
    {
        using HealClient client = await ConnectAsync("one\r\ntwo\nabcdef, and the rest");
        (await client.ReadLineAsync()).Should().Be("one");
        (await client.ReadLineAsync()).Should().Be("two");
        (await client.ReadAsync(3)).Should().Equal("abc"u8.ToArray());
        (await client.ReadToEndAsync()).Should().Equal("def, and the rest"u8.ToArray());
        (await client.ReadLineAsync()).Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_says_nothing_is_not_waited_for_for_ever()
    {
        using HealClient client = await HealClient.ConnectAsync("mute", _listener.LocalEndpoint, TimeSpan.FromMilliseconds(100));
        await FluentActions.Awaiting(client.ReadLineAsync).Should().ThrowAsync<TimeoutException>().WithMessage("mute did not answer within 0.1 s.");
    }

    private async Task<HealClient> ConnectAsync(string says)
    {
        Task serving = Task.Run(async () =>
        {
            using Socket socket = await _listener.AcceptSocketAsync();
            socket.NoDelay = true;
            foreach (byte one in Encoding.UTF8.GetBytes(says))
                await socket.SendAsync(new[] { one });
            socket.Shutdown(SocketShutdown.Send);
            byte[] unread = new byte[100];
            int count;
            do
            {
                count = await socket.ReceiveAsync(unread);
            }
            while (count > 0);
        });
        HealClient client = await HealClient.ConnectAsync("mock", _listener.LocalEndpoint, TimeSpan.FromSeconds(20));
        _ = serving;
        return client;
    }
}
