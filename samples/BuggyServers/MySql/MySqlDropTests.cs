using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Reports;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.MySql;

/// <summary>mysql-4, MDEV-39593: a statement that kills every MariaDB of this version never arrives any more.</summary>
[Trait("Servers", "mysql")]
[Collection(nameof(Alone))]
public sealed class MySqlDropTests : IDisposable
{
    private const int Timeout = 600_000;
    private const int Workload = 52_000; // benign statements of four clients: 4 to 8 s
    private const int Short = 400;
    private const int Variants = 50, Benign = 2_000;
    private const int Killed = 12; // of the variants are shown to kill an unpatched server
    private const string Bad = "SELECT EXTRACTVALUE('<a/>', '/a[number()]')";
    private const string OtherBad = "SELECT UPDATEXML('<a/>', '/a[number()]', 'x')";
    private readonly string _directory = Directory.CreateTempSubdirectory("shm4-").FullName;
    private int _runs;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Mysql_4_is_told_that_its_statement_is_refused_and_the_others_work_on()
    {
        RunResult failed = await FailAsync(null, Workload, Bad);
        HealResult healed = await HealAsync(failed, new HealOptions());
        healed.Trials.Should().HaveCountLessThanOrEqualTo(2);
        DroppedRequest dropped = healed.Dropped.Should().ContainSingle().Subject;
        (dropped.FalsePositives, dropped.BenignTried).Should().Match<(int Wrong, int Tried)>(one => one.Wrong == 0 && one.Tried >= Workload);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"healed after {healed.TimeToPatch.TotalSeconds:0.0} s, the run took {failed.Duration.TotalSeconds:0.0} s; {dropped.Replays} replays in {dropped.Elapsed.TotalSeconds:0.0} s"));
        string plain = await ServedAsync(PlainServerProcess.Start, others: null);

        RecordedServerProcess process = null!;
        string patched = await ServedAsync(
            RecordedServerProcess.Starter(Path.Combine(_directory, "patched"), healed.PatchPath, started => process = started),
            async server =>
            {
                await using MySqlClient client = await MySqlClient.ConnectAsync(server, Cancellation);
                byte[]? answer = await client.AskAsync(Bad, Cancellation);
                MySqlClient.ErrorOf(answer!).Should().Be("request refused by the environment patch");
                (await client.AskAsync("SELECT 1", Cancellation)).Should().NotBeNull("its connection stays up");
            });

        patched.Should().Be(plain, "the same rows are in the same file");
        (await process.Run.WaitAsync(Cancellation)).Control.Hits.Sum().Should().Be(1);
    }

    [Fact(Timeout = Timeout)]
    public async Task Fifty_variants_of_the_statement_are_refused_and_none_of_2000_benign_ones()
    {
        var statements = new XPathStatements(39593);
        string[] bad = [.. Enumerable.Range(0, Variants).Select(_ => statements.Bad())];
        string[] benign = [.. Enumerable.Range(0, Benign).Select(_ => statements.Benign())];
        HealResult healed = await HealAsync(await FailAsync(null, Short, Bad), new HealOptions
        {
            ShrinkTime = TimeSpan.FromSeconds(40),
            PatternReplays = 200,
            BenignRequests = [.. benign.Select(statement => (ReadOnlyMemory<byte>)MySqlClient.Packet(statement))],
            BadRequests = [.. bad.Select(statement => (ReadOnlyMemory<byte>)MySqlClient.Packet(statement))],
        });
        TestContext.Current.TestOutputHelper?.WriteLine(HealReport.ToMarkdown(healed));
        DroppedRequest dropped = healed.Dropped.Should().ContainSingle().Subject;
        dropped.BenignTried.Should().BeGreaterThanOrEqualTo(Benign);
        (dropped.FalsePositives, dropped.VariantsMatched).Should().Match<(int Wrong, int Matched)>(one => one.Wrong == 0 && one.Matched >= Variants);
        foreach (string statement in bad.Take(Killed))
        {
            (await AskPlainAsync(statement)).Should().BeNull("{0} is meant to kill a server", statement);
        }

        RecordedServerProcess process = null!;
        await using MariaDbServer server = await StartAsync(
            RecordedServerProcess.Starter(Path.Combine(_directory, "patched"), healed.PatchPath, started => process = started));
        await using MySqlClient client = await MySqlClient.ConnectAsync(server, Cancellation);
        await using MariaDbServer original = await StartAsync(PlainServerProcess.Start);
        await using MySqlClient reference = await MySqlClient.ConnectAsync(original, Cancellation);
        foreach (string statement in benign)
        {
            (await client.AskAsync(statement, Cancellation)).Should().Equal(await reference.AskAsync(statement, Cancellation), "{0} is served as ever", statement);
        }

        foreach (string statement in bad)
        {
            byte[]? answer = await client.AskAsync(statement, Cancellation);
            MySqlClient.ErrorOf(answer ?? []).Should().Be("request refused by the environment patch", statement);
        }

        (await server.StopAsync()).Should().Be(0);
        (await process.Run.WaitAsync(Cancellation)).Control.Hits.Sum().Should().Be(Variants);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_server_that_crashes_again_on_the_next_request_of_the_same_client_ends_with_one_patch_for_both()
    {
        HealResult first = await HealAsync(await FailAsync(null, Short, Bad), new HealOptions());
        HealResult second = await HealAsync(await FailAsync(first.PatchPath, Short, Bad, OtherBad), new HealOptions());

        second.Patch!.Entries.OfType<DropEntry>().SelectMany(drop => drop.Patterns).Should()
            .Contain(first.Patch!.Entries.OfType<DropEntry>().SelectMany(drop => drop.Patterns));
        await using MariaDbServer server = await StartAsync(
            RecordedServerProcess.Starter(Path.Combine(_directory, "patched"), second.PatchPath, _ => { }));
        await using MySqlClient client = await MySqlClient.ConnectAsync(server, Cancellation);
        foreach (string statement in (string[])[Bad, OtherBad, Bad])
        {
            MySqlClient.ErrorOf((await client.AskAsync(statement, Cancellation))!).Should().Be("request refused by the environment patch", statement);
        }

        (await client.AskAsync("SELECT 1", Cancellation)).Should().NotBeNull();
        (await server.StopAsync()).Should().Be(0);
    }

    private static async Task<HealResult> HealAsync(RunResult failed, HealOptions options)
    {
        HealResult healed = await new Healer().HealAsync(failed.Directory, options, Cancellation);
        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);
        (await File.ReadAllTextAsync(healed.PatchPath!, Cancellation)).Should().Contain("Drop Request mysql");
        return healed;
    }

    /// <summary>Benign statements, then these by one client; the last one kills.</summary>
    private async Task<RunResult> FailAsync(string? patch, int pairs, params string[] statements)
    {
        RecordedServerProcess process = null!;
        await using MariaDbServer server = await StartAsync(RecordedServerProcess.Starter(
            Path.Combine(_directory, $"failing-{++_runs}"), patch, started => process = started));
        (await MySqlWorkload.Mixed.RunAsync(server, pairs, Cancellation)).InvariantHolds.Should().BeTrue();
        await using MySqlClient client = await MySqlClient.ConnectAsync(server, Cancellation);
        foreach (string statement in statements)
        {
            (await client.AskAsync(statement, Cancellation) is null).Should().Be(statement == statements[^1], statement);
        }

        RunResult failed = await process.Run.WaitAsync(Cancellation);
        failed.Exit.Should().Be(new ExitStatus(null, 11));
        return failed;
    }

    /// <summary>Benign statements before, while others do their worst, and behind them.</summary>
    /// <returns>The rows that one client alone has left.</returns>
    private async Task<string> ServedAsync(ServerStarter starter, Func<MariaDbServer, Task>? others)
    {
        await using MariaDbServer server = await StartAsync(starter);
        (await MySqlWorkload.Mixed.RunAsync(server, Workload / 2, Cancellation)).InvariantHolds.Should().BeTrue();
        Task<WorkloadResult> meanwhile = MySqlWorkload.Mixed.RunAsync(server, Workload / 2, Cancellation);
        if (others is not null)
        {
            await others(server);
        }

        (await meanwhile).InvariantHolds.Should().BeTrue("the others' connections stay up");
        (await (MySqlWorkload.Mixed with { Clients = 1 }).RunAsync(server, Short, Cancellation)).InvariantHolds.Should().BeTrue();
        (await server.StopAsync()).Should().Be(0);
        return Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(server.Socket)!, "data/test/mixed.MYD"), Cancellation));
    }

    /// <summary>Of a server of its own; null: it died.</summary>
    private async Task<byte[]?> AskPlainAsync(string statement)
    {
        await using MariaDbServer server = await StartAsync(PlainServerProcess.Start);
        await using MySqlClient client = await MySqlClient.ConnectAsync(server, Cancellation);
        return await client.AskAsync(statement, Cancellation);
    }

    private Task<MariaDbServer> StartAsync(ServerStarter starter) =>
        MariaDbServer.StartAsync("none", Path.Combine(_directory, $"d{++_runs}"), starter, cancellationToken: Cancellation);
}
