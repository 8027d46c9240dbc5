using System.Net.Sockets;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Testing.Tests.Servers;

/// <summary>A server of our own, and its real clients.</summary>
[HealServer(Shop, Arguments = ["{port}", "{files}/goods"])]
public sealed class HealServerTests
{
    /// <summary>Answers one line by the first line of the file that it names.</summary>
    private const string Echo = "use IO::Socket; $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 1) or die; "
        + "$c = $l->accept; $n = <$c>; chomp $n; open $f, '<', $n; print $c scalar <$f>;";

    public const string Shop = "Programs/shop";

    [HealFact]
    public async Task A_server_that_dies_of_a_request_is_healed_in_ten_lines(HealSession session)
    {
        await using HealServer server = await session.StartServerAsync();
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("echo hello")).Should().Be("hello");
        (await client.RequestAsync("die")).Should().BeNull();
        HealResult result = await session.HealAsync(await server.WaitForExitAsync());
        result.Should().BeHealed();
        result.Explanation.Should().StartWith("request 2 of connection 1").And.Contain("\"die\\n\"");
        await using HealServer patched = await session.StartServerAsync(result.Patch);
        using HealClient again = await patched.ConnectAsync();
        await again.SendLineAsync("die");
        (await again.RequestAsync("echo still here")).Should().Be("still here");
    }

    [HealFact]
    public async Task Two_servers_of_a_session_have_their_own_port_and_files(HealSession session)
    {
        await File.WriteAllTextAsync(Path.Combine(session.FilesDirectory, "goods"), "apples\n", session.CancellationToken);
        await using HealServer first = await session.StartServerAsync(), second = await session.StartServerAsync();
        first.Port.Should().NotBe(second.Port);
        first.Files.Should().NotBe(second.Files);
        await File.WriteAllTextAsync(Path.Combine(second.Files, "goods"), "pears\n", session.CancellationToken);
        using HealClient one = await first.ConnectAsync(), other = await second.ConnectAsync();
        (await one.RequestAsync("read")).Should().Be("apples");
        (await other.RequestAsync("read")).Should().Be("pears");
        await one.SendLineAsync("quit");
        RunResult run = await first.WaitForExitAsync();
        (await session.ReplayAsync(run)).IsExact.Should().BeTrue("a round trip of a server, in a sandbox with the state as it was before");
    }

    [HealFact(Shop, Arguments = ["{socket}"], Ready = "open")]
    public async Task A_server_may_listen_on_a_Unix_socket(HealSession session)
    {
        await using HealServer server = await session.StartServerAsync();
        server.Socket.Length.Should().BeLessThan(108);
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("echo hello")).Should().Be("hello");
        FluentActions.Invoking(() => server.Port).Should().Throw<SelfHealException>().WithMessage("shop was given no port: write {port} *");
    }

    [HealFact(Shop, Arguments = ["broken", "{port}"])]
    public async Task A_server_that_ends_before_it_listens_is_told_with_its_last_output(HealSession session) =>
        await FluentActions.Awaiting(() => session.StartServerAsync()).Should().ThrowAsync<SelfHealException>()
            .WithMessage("shop ended before it *. It printed:\n    no goods today");

    [HealFact(Shop, Arguments = ["never"], Ready = "open", ReadyTimeout = 500)]
    public async Task A_server_that_is_not_ready_in_time_is_ended(HealSession session)
    {
        await FluentActions.Awaiting(() => session.StartServerAsync()).Should().ThrowAsync<SelfHealException>()
            .WithMessage("shop was not ready within 0.5 s, for it did not come to where it printed \"open\". It printed nothing.");
        session.Runs.Should().ContainSingle().Which.Exit.Signal.Should().Be(9);
    }

    [HealFact]
    public async Task A_server_that_still_runs_has_not_failed(HealSession session)
    {
        await using HealServer server = await session.StartServerAsync();
        await FluentActions.Awaiting(() => server.WaitForExitAsync(TimeSpan.FromMilliseconds(100)))
            .Should().ThrowAsync<SelfHealException>().WithMessage("shop still runs 0.1 s later: it did not fail.*");
        using HealClient client = await server.ConnectAsync();
        await client.SendLineAsync("quit");
        (await server.WaitForExitAsync()).Exit.Code.Should().Be(3);
        (await client.ReadLineAsync()).Should().BeNull();
        await FluentActions.Awaiting(() => server.ConnectAsync()).Should().ThrowAsync<SocketException>();
    }

    [HealFact("perl", Image = "debian:bookworm-slim", Arguments = ["-e", Echo, "{port}"])]
    public async Task A_server_in_a_container_has_a_port_and_files_too(HealSession session)
    {
        await File.WriteAllTextAsync(Path.Combine(session.FilesDirectory, "goods"), "apples\n", session.CancellationToken);
        await using HealServer server = await session.StartServerAsync();
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("goods")).Should().Be("apples");
        (await server.WaitForExitAsync()).Should().Succeed();
    }

    [HealFact("/usr/bin/python3", Arguments = ["-u", "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "{files}"])]
    public async Task A_server_that_speaks_HTTP_has_an_HttpClient(HealSession session)
    {
        await File.WriteAllTextAsync(Path.Combine(session.FilesDirectory, "page"), "a page", session.CancellationToken);
        await using HealServer server = await session.StartServerAsync();
        using HttpClient http = server.CreateHttpClient();
        (await http.GetStringAsync(new Uri("page", UriKind.Relative), session.CancellationToken)).Should().Be("a page");
        server.Output.Should().Contain("GET /page");
    }
}
