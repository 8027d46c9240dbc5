using System.Net.Sockets;
using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Schedules;
using SelfHeal.Search;
using SelfHeal.Tests.Reschedule;
using SelfHeal.Tests.Search;
using Xunit;

namespace SelfHeal.Tests.Reports;

/// <summary>Tests of reports that share <see cref="HealedRuns"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SharedHealedRuns : ICollectionFixture<HealedRuns>
{
    public const string Name = "healed runs";
}

/// <summary>One real program of each class, healed once for all tests.</summary>
public sealed class HealedRuns : IAsyncLifetime
{
    private const string Overflow = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        __attribute__((noinline)) static char *table(void) { return calloc(1, 70); }
        __attribute__((noinline)) static void fill(char *a, int n) { memset(a, 'x', n); }
        int main(void) { char *a = table(), *b = table(); fill(a, 300); puts(b[0] ? "bad" : "good"); free(b); free(a); return 0; }
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    internal HealResult Pad { get; private set; } = null!;

    internal HealResult Hold { get; private set; } = null!;

    internal HealResult Drop { get; private set; } = null!;

    internal IReadOnlyList<HealResult> All => [Pad, Hold, Drop];

    public async ValueTask InitializeAsync()
    {
        Pad = await HealAsync((await _host.RunAsync(new RunRequest
        {
            Program = Compiler.Build(_directory, "overflow", Overflow, "-O1", "-g", "-w"), RunDirectory = _directory.At("pad"), Input = RunInput.None,
        })).Directory);
        RaceProgram race = RaceProgram.All.Single(one => one.Name == "atomicity_counter");
        ChaosResult chaos = await RaceProgram.ChaosAsync(race.Failing, Policy.Pct(3), 200, 1, _directory, TestContext.Current.CancellationToken);
        Hold = await HealAsync(chaos.Failures[0].Run);
        Drop = await HealAsync(await RecordServerAsync());
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<RunDirectory> RecordServerAsync()
    {
        string program = Compiler.Build(_directory, "server", ServerPrograms.Lines, "-O1", "-g", "-w");
        await using ServerRun server = await ServerRun.StartAsync(_host, program, _directory.At("drop"));
        NetworkStream client = await server.ConnectAsync();
        for (int i = 0; i < 10; i++)
        {
            await ServerRun.AskAsync(client, $"get name{i}@host\n");
        }

        await ServerRun.AskAsync(client, "get <somebody>@@example.org please\n");
        return (await server.EndAsync()).Directory;
    }

    private async Task<HealResult> HealAsync(RunDirectory run)
    {
        HealResult result = await new Healer(_host).HealAsync(run, new HealOptions { ChaosRuns = 40 });
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        return result;
    }
}
