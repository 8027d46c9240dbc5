using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Replay;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;
using Xunit;

namespace BuggyServers.MySql;

/// <summary>The paper's races in the real server, driven by live clients: captured under chaos, replayed, healed.</summary>
[Trait("Servers", "mysql")]
public sealed class MySqlRaceTests : IDisposable
{
    private const int Timeout = 600_000;
    private const int Replays = 20;
    private readonly string _directory = Directory.CreateTempSubdirectory("sh-").FullName; // short: it holds a socket

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Without chaos one pair in 100 fails. Two runs of seven need a third trial: a hold that begins too late fails
    /// so seldom that short chaos does not show it.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Mysql_1_flushes_its_log_in_one_go() =>
        await HealAsync("mysql-1", "random:20", delayUs: 600, rounds: 2000, trials: 3, "MYSQL_BIN_LOG::new_file_impl");

    /// <summary>Without chaos one pair in 10,000 fails.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Mysql_2_is_not_switched_out_between_delete_and_its_log() =>
        await HealAsync("mysql-2", "random:20", delayUs: 0, rounds: 2000, trials: 2, "mysql_delete", "MYSQL_BIN_LOG::queue_for_group_commit");

    /// <summary>Without chaos one call in 245 to 35,470 kills the server.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Mysql_3_lists_processes_that_do_not_go_away_meanwhile() =>
        await HealAsync("mysql-3", "random:20", delayUs: 0, rounds: 10_000, trials: 2, "list_callback", "dispatch_command");

    private async Task HealAsync(string bug, string policy, int delayUs, int rounds, int trials, params string[] functions)
    {
        ChaosOptions options = Options(bug, delayUs);
        using var chaos = new ChaosRunner(options);
        ChaosResult found = await chaos.RunAsync(Policy.Parse(policy), Cancellation);
        found.Failures.Should().NotBeEmpty($"{policy} finds {bug} in 200 rounds");
        await ReplayAsync(found.Failures[0]);

        ProbeResult healed = await new ProbeHealer().HealAsync(
            found.Failures[0],
            new ProbeOptions { Chaos = options, WorkDirectory = Path.Combine(_directory, "w"), ValidationRounds = rounds },
            Cancellation);
        healed.IsHealed.Should().BeTrue($"{healed.Obstacle}");
        healed.Trials.Count.Should().BeLessThanOrEqualTo(trials, string.Join("\n", healed.Trials.Select(trial => $"{string.Join("; ", trial.Patch.Holds)}: {trial.Outcome}")));
        healed.Explanation!.ToString().Should().ContainAll(functions);
        TestContext.Current.SendDiagnosticMessage($"{bug}: {healed.Trials.Count} trials, {healed.Runs} runs, {healed.Elapsed.TotalSeconds:0} s\n{healed.Explanation}");
    }

    private async Task ReplayAsync(ChaosFailure failure)
    {
        for (int i = 1; i <= Replays; i++)
        {
            string directory = Path.Combine(_directory, "replay");
            ReplayResult replay = await new Replayer().ReplayAsync(
                failure.Run, new ReplayOptions { RunDirectory = directory }, Cancellation);
            replay.IsExact.Should().BeTrue($"replay {i}: {replay.Sentence}");
            Directory.Delete(directory, recursive: true);
        }
    }

    private ChaosOptions Options(string bug, int delayUs)
    {
        MySqlBuilds builds = MySqlBuilds.Here;
        string server = builds.Server(bug), fresh = Path.Combine(_directory, "fresh");
        foreach (string part in (string[])["data/mysql", "data/test", "binlog", "tmp"])
            Directory.CreateDirectory(Path.Combine(fresh, part));

        return new ChaosOptions
        {
            Program = Path.Combine(server, "bin/mariadbd"),
            Arguments =
            [
                .. File.ReadLines(builds.Options).Select(option => option
                    .Replace("SERVER", server, StringComparison.Ordinal)
                    .Replace("DATA", ChaosOptions.WorkPlaceholder, StringComparison.Ordinal)),
            ],
            Fresh = fresh,
            KeepDirectory = Path.Combine(_directory, "k"),
            Runs = 10,
            Jobs = 1,
            Timeout = TimeSpan.FromMinutes(4),
            Driver = new ChaosDriver(
                $"exec '{builds.Driver}' --socket \"$SELFHEAL_WORK/socket\" --workload {bug} --pairs ${{SELFHEAL_ROUNDS:-200}} --check-every 1"
                + (delayUs > 0 ? $" --delay-us {delayUs}" : "")),
        };
    }
}
