using FluentAssertions;
using SelfHeal.Requests;
using SelfHeal.Search;
using SelfHeal.Testing;
using Xunit;

namespace BuggyServers.Stock;

/// <summary>Debian's own redis-server. <c>DEBUG SEGFAULT</c> stands for the request that kills it.</summary>
[HealServer("redis-server", Arguments = ["--port", "{port}", "--dir", "{files}", "--save", "", "--enable-debug-command", "yes", "--crash-log-enabled", "no"],
    Ready = "Ready to accept connections")]
public sealed class RedisTests
{
    [HealFact]
    public async Task Redis_survives_a_request_that_kills_it(HealSession session)
    {
        await using HealServer server = await session.StartServerAsync();
        using HealClient client = await server.ConnectAsync();
        (await client.CommandAsync("SET", "fruit", "apple"))!.Text.Should().Be("OK");
        (await client.CommandAsync("DEBUG", "SEGFAULT")).Should().BeNull("the server is gone");

        HealResult result = await session.HealAsync(await server.WaitForExitAsync(), new HealOptions { ShrinkReplays = 10, PatternReplays = 10 });
        result.Should().BeHealed().And.InAtMostTrials(2);
        result.Patch!.Drops.Should().ContainSingle().Which.Framing.Should().Be(Framing.Resp);

        await using HealServer patched = await session.StartServerAsync(result.Patch);
        using HealClient again = await patched.ConnectAsync();
        (await again.CommandAsync("SET", "fruit", "pear"))!.Text.Should().Be("OK");
        (await again.CommandAsync("DEBUG", "SEGFAULT"))!.ToString().Should().Be("(error) ERR request refused by the environment patch");
        (await again.CommandAsync("GET", "fruit"))!.Text.Should().Be("pear");
        (await patched.StopAsync()).Should().Succeed();
    }

    [ChaosFact(Policy = "random", Runs = 5)]
    public async Task No_order_of_threads_loses_a_value(ServerEndpoint server)
    {
        using HealClient one = await server.ConnectAsync(), other = await server.ConnectAsync();
        await Task.WhenAll(new[] { one, other }.Select(async client =>
        {
            for (int i = 0; i < 20; i++)
                await client.CommandAsync("INCR", "count");
        }));
        (await one.CommandAsync("GET", "count"))!.Text.Should().Be("40");
    }
}

/// <summary>Ordinary tests that share one recorded redis-server.</summary>
[HealServer("redis-server", Arguments = ["--port", "{port}", "--save", ""], Ready = "Ready to accept connections")]
public sealed class SharedRedisTests(SharedServer redis) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("RPUSH", "[a, b]")]
    [InlineData("LPUSH", "[b, a]")]
    public async Task A_list_grows_at_the_right_end(string command, string expected)
    {
        using HealClient client = await redis.ConnectAsync();
        await client.CommandAsync(command, command, "a");
        await client.CommandAsync(command, command, "b");
        (await client.CommandAsync("LRANGE", command, "0", "-1"))!.ToString().Should().Be(expected);
    }
}
