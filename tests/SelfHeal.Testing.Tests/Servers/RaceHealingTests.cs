using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Testing.Tests.Servers;

/// <summary>A race of a server whose clients are delegates.</summary>
[HealServer(HealServerTests.Shop, Arguments = ["{port}"])]
public sealed class RaceHealingTests
{
    [HealFact]
    public async Task A_race_is_found_explained_and_held(HealSession session)
    {
        HealResult result = await session.HealAsync(TwoBuyAsync, "random", new RaceOptions { Runs = 20, RoundsPerRun = 100, ValidationRounds = 300 });
        result.Should().BeHealed().And.InAtMostTrials(3);
        result.Patch!.Entries.Should().AllBeOfType<HoldEntry>();
        result.Explanation.Should().Contain("buy shop.c:");
        result = await session.MeasureAsync(result, OneBuysAsync, pairs: 1); // the original would lose the race at times
        result.Overheads.Keys.Should().Equal("recorded / original", "prevention / recorded");
        await using HealServer patched = await session.StartServerAsync(result.Patch);
        await TwoBuyAsync(patched, session.CancellationToken);
    }

    [HealFact]
    public async Task Where_no_run_fails_there_is_nothing_to_heal(HealSession session)
    {
        HealResult result = await session.HealAsync(OneBuysAsync, "random", new RaceOptions { Runs = 3 });
        result.Should().HaveNothingToHeal();
        result.Sentence.Should().StartWith("shop passed 3 runs under random: try more runs, or another policy. seed 0, run ");
    }

    [ChaosFact(Runs = 3, Jobs = 2)]
    public async Task A_right_server_passes_all_its_runs(ServerEndpoint server) => await OneBuysAsync(server, TestContext.Current.CancellationToken);

    [ChaosFact("/bin/sh", Arguments = ["-c", "read line; echo $line; exit 2"], Runs = 2, Input = "hello\n", AllowedExitCodes = [2])]
    public void A_program_without_clients_is_judged_by_what_it_left(RunResult run) => run.Should().Print("hello\n");

    /// <summary>Two clients race for the last one: both are told that they got it.</summary>
    internal static async Task TwoBuyAsync(ServerEndpoint server, CancellationToken cancellationToken)
    {
        using HealClient one = await server.ConnectAsync(), other = await server.ConnectAsync();
        (await one.RequestAsync("stock 1")).Should().Be("ok");
        string?[] said = await Task.WhenAll(one.RequestAsync("buy"), other.RequestAsync("buy"));
        said.Should().NotContain("oversold");
    }

    private static async Task OneBuysAsync(ServerEndpoint server, CancellationToken cancellationToken)
    {
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("stock 1")).Should().Be("ok");
        (await client.RequestAsync("buy")).Should().Be("sold");
    }
}
