using FluentAssertions;
using Xunit;

namespace SelfHeal.Testing.Tests.Servers;

/// <summary>Ordinary tests that share one recorded server.</summary>
[HealServer(HealServerTests.Shop, Arguments = ["{port}"])]
public sealed class SharedServerTests(SharedServer server) : IClassFixture<SharedServer>
{
    private static int s_port;

    [Theory]
    [InlineData("apples")]
    [InlineData("pears")]
    public async Task All_tests_of_the_class_have_the_same_server(string goods)
    {
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync($"echo {goods}")).Should().Be(goods);
        int before = Interlocked.CompareExchange(ref s_port, server.Port, 0);
        before.Should().BeOneOf(0, server.Port);
        File.Exists(Path.Combine(server.Endpoint.RunDirectory, "control")).Should().BeTrue("it is recorded");
    }
}
