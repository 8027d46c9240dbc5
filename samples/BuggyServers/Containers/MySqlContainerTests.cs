using BuggyServers.MySql;
using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Hosts;
using SelfHeal.Replay;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.Containers;

/// <summary>MariaDB in containers of its images, with clients outside.</summary>
[Trait("Servers", "containers")]
[Collection(nameof(Alone))]
public sealed class MySqlContainerTests : IDisposable
{
    private const int Timeout = 600_000;
    private const int Pairs = 200; // of benign statements
    private readonly string _directory = Directory.CreateTempSubdirectory("shc-").FullName; // short: it holds a socket

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Mysql_4_is_told_that_its_statement_is_refused()
    {
        await using DockerHost host = await ServerImage.HostAsync("selfheal/mysql:none", _directory);
        RunResult failed = await RunAsync(host, "failing", null, async server =>
        {
            (await MySqlWorkload.Mixed.RunAsync(server, Pairs, Cancellation)).InvariantHolds.Should().BeTrue();
            (await MySqlWorkload.BadXPath.RunAsync(server, 1, Cancellation)).ServerDied.Should().BeTrue();
        });
        failed.Exit.Should().Be(new ExitStatus(null, 11));

        HealResult healed = await new Healer(host).HealAsync(failed.Directory, new HealOptions(), Cancellation);
        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);
        healed.Trials.Should().HaveCountLessThanOrEqualTo(2);

        RunResult served = await RunAsync(host, "patched", healed.PatchPath, async server =>
        {
            await FluentActions.Awaiting(() => MySqlWorkload.BadXPath.RunAsync(server, 1, Cancellation)) // the driver takes an error for the end
                .Should().ThrowAsync<MySqlSetUpException>().WithMessage("*error 1105, request refused by the environment patch*");
            (await MySqlWorkload.Mixed.RunAsync(server, Pairs, Cancellation)).InvariantHolds.Should().BeTrue();
            (await server.StopAsync()).Should().Be(0);
        });
        served.Control.Hits.Sum().Should().Be(1);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("mysql-1", 1000, "MYSQL_BIN_LOG::new_file_impl")]
    [InlineData("mysql-2", 1000, "MYSQL_BIN_LOG::queue_for_group_commit")]
    [InlineData("mysql-3", 2000, "dispatch_command")]
    public async Task A_race_is_found_replayed_and_healed(string bug, int rounds, string function)
    {
        await using DockerHost host = await ServerImage.HostAsync($"selfheal/mysql:{bug}", _directory);
        ChaosOptions options = MySqlRaces.Chaos(bug, ServerImage.MySqlServer, _directory);
        ServerImage.Open(options.Fresh!);
        using var chaos = new ChaosRunner(options, host);
        ChaosResult found = await chaos.RunAsync(Policy.Parse(MySqlRaces.Policy), Cancellation);
        found.Failures.Should().NotBeEmpty();
        ReplayResult replay = await new Replayer(host).ReplayAsync(
            found.Failures[0].Run, new ReplayOptions { RunDirectory = Path.Combine(_directory, "replay") }, Cancellation);
        replay.IsExact.Should().BeTrue(replay.Sentence);

        ProbeResult healed = await new ProbeHealer(host).HealAsync(
            found.Failures[0], new ProbeOptions { Chaos = options, WorkDirectory = Path.Combine(_directory, "w"), ValidationRounds = rounds }, Cancellation);
        healed.IsHealed.Should().BeTrue($"{healed.Obstacle}");
        healed.Trials.Should().HaveCountLessThanOrEqualTo(2);
        healed.Explanation!.ToString().Should().Contain(function);
    }

    private async Task<RunResult> RunAsync(DockerHost host, string name, string? patch, Func<MariaDbServer, Task> clients)
    {
        RecordedServerProcess process = null!;
        ServerStarter starter = RecordedServerProcess.Starter(Path.Combine(_directory, name), patch, started => process = started, host);
        await using MariaDbServer server = await MariaDbServer.StartAsync(
            "none", Path.Combine(_directory, name[..1]), (command, token) => starter(ServerImage.Inside(command, "none"), token), cancellationToken: Cancellation);
        await clients(server);
        return await process.Run.WaitAsync(Cancellation);
    }
}
