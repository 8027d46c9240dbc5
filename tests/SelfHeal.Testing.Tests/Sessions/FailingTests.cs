using FluentAssertions;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>Tests of a user that fail, in a real test run; only <see cref="ScreenTests"/> runs them.</summary>
public sealed class FailingTests
{
    [ExampleFact("/bin/sh", Arguments = ["-c", "for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done; exit 3"])]
    public async Task A_program_that_cannot_be_healed(HealSession session)
    {
        await session.RunAsync("");
        HealResult result = await session.HealAsync();
        result.Should().BeHealed();
    }

    [ExampleChaosFact(Servers.HealServerTests.Shop, Arguments = ["{port}"], Policy = "random", Runs = 20)]
    public async Task A_server_that_fails_under_chaos(ServerEndpoint server)
    {
        for (int i = 0; i < 50; i++)
        {
            await Servers.RaceHealingTests.TwoBuyAsync(server, TestContext.Current.CancellationToken);
        }
    }
}

/// <summary>A server that fails under ordinary tests.</summary>
[HealServer(Servers.HealServerTests.Shop, Arguments = ["{port}"])]
public sealed class FailingSharedServerTests(SharedServer server) : IClassFixture<SharedServer>
{
    [ExampleFact("cat")]
    public async Task A_test_that_kills_the_server(HealSession session)
    {
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("die")).Should().BeNull();
        session.Runs.Should().BeEmpty("it is the class's server");
    }
}
