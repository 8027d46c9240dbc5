using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.MySql;

/// <summary>mysql-4, MDEV-39593: a statement that kills every MariaDB of this version never arrives any more.</summary>
[Trait("Servers", "mysql")]
public sealed class MySqlDropTests : IDisposable
{
    private const int Timeout = 600_000;
    private const int Pairs = 400; // of benign statements, before and after
    private readonly string _directory = Directory.CreateTempSubdirectory("shm4-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Mysql_4_is_told_that_its_statement_is_refused()
    {
        RunResult failed = await FailAsync();
        failed.Exit.Should().Be(new ExitStatus(null, 11));

        HealResult healed = await new Healer().HealAsync(failed.Directory, new HealOptions(), Cancellation);
        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);
        healed.Trials.Should().HaveCountLessThanOrEqualTo(2);
        (await File.ReadAllTextAsync(healed.PatchPath!, Cancellation)).Should().Contain("Drop Request mysql").And.Contain("EXTRACTVALUE");
        healed.Dropped.Should().ContainSingle().Which.FalsePositives.Should().Be(0);

        await ServeAsync(healed.PatchPath!);
    }

    private async Task<RunResult> FailAsync()
    {
        RecordedServerProcess process = null!;
        await using MariaDbServer server = await MariaDbServer.StartAsync(
            "none", Path.Combine(_directory, "f"), RecordedServerProcess.Starter(Path.Combine(_directory, "failing"), null, started => process = started),
            cancellationToken: Cancellation);
        (await MySqlWorkload.Mixed.RunAsync(server, Pairs, Cancellation)).InvariantHolds.Should().BeTrue();
        (await MySqlWorkload.BadXPath.RunAsync(server, 1, Cancellation)).ServerDied.Should().BeTrue();
        return await process.Run.WaitAsync(Cancellation);
    }

    /// <summary>The same bad statement, between benign ones of real clients.</summary>
    private async Task ServeAsync(string patch)
    {
        RecordedServerProcess process = null!;
        await using MariaDbServer server = await MariaDbServer.StartAsync(
            "none", Path.Combine(_directory, "p"), RecordedServerProcess.Starter(Path.Combine(_directory, "patched"), patch, started => process = started),
            cancellationToken: Cancellation);
        (await MySqlWorkload.Mixed.RunAsync(server, Pairs, Cancellation)).InvariantHolds.Should().BeTrue();
        await FluentActions.Awaiting(() => MySqlWorkload.BadXPath.RunAsync(server, 1, Cancellation)) // the driver takes an error for the end
            .Should().ThrowAsync<MySqlSetUpException>().WithMessage("*error 1105, request refused by the environment patch*");
        (await MySqlWorkload.Mixed.RunAsync(server, Pairs, Cancellation)).InvariantHolds.Should().BeTrue();
        (await server.StopAsync()).Should().Be(0);
        (await process.Run.WaitAsync(Cancellation)).Control.Hits.Sum().Should().Be(1);
    }
}
