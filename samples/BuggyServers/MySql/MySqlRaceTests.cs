using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Replay;
using SelfHeal.Search;
using SelfHeal.Testing;
using Xunit;

namespace BuggyServers.MySql;

/// <summary>The paper's races in the real server, driven by live clients: captured under chaos, replayed, healed.</summary>
[Trait("Servers", "mysql")]
[Collection(nameof(Alone))]
public sealed class MySqlRaceTests
{
    private const int MostTrials = 2; // the paper needs 1
    private const int Replays = 20;

    /// <summary>Without chaos one pair in 100 fails.</summary>
    [MySqlHealFact("mysql-1")]
    public async Task Mysql_1_flushes_its_log_in_one_go(HealSession session) =>
        await HealAsync(session, MySqlWorkload.FlushLogs with { DelayUs = 600 }, rounds: 2000, "MYSQL_BIN_LOG::new_file_impl");

    /// <summary>Without chaos one pair in 10,000 fails.</summary>
    [MySqlHealFact("mysql-2")]
    public async Task Mysql_2_is_not_switched_out_between_delete_and_its_log(HealSession session) =>
        await HealAsync(session, MySqlWorkload.DeleteInsert, rounds: 2000, "mysql_delete", "MYSQL_BIN_LOG::queue_for_group_commit");

    /// <summary>Without chaos one call in 245 to 35,470 kills the server.</summary>
    [MySqlHealFact("mysql-3")]
    public async Task Mysql_3_lists_processes_that_do_not_go_away_meanwhile(HealSession session) =>
        await HealAsync(session, MySqlWorkload.ProcessList, rounds: 10_000, "list_callback", "dispatch_command");

    private static async Task HealAsync(HealSession session, MySqlWorkload workload, int rounds, params string[] functions)
    {
        async Task ClientsAsync(ServerEndpoint server, CancellationToken cancellation)
        {
            WorkloadResult served = await (workload with { CheckEvery = 1 }).RunAsync(server, server.Rounds, cancellation);
            served.InvariantHolds.Should().BeTrue(served.Text);
        }

        HealResult result = await session.HealAsync(
            ClientsAsync, "random:20", new RaceOptions { Runs = 10, RoundsPerRun = 200, WorkloadCountsRounds = true, ValidationRounds = rounds });
        result.Should().BeHealed().And.InAtMostTrials(MostTrials);
        result.Explanation.Should().ContainAll(functions);
        for (int i = 1; i <= Replays; i++)
        {
            ReplayResult replay = await session.ReplayAsync(RunResult.FromDirectory(result.Run));
            replay.IsExact.Should().BeTrue($"replay {i}: {replay.Sentence}");
            Directory.Delete(replay.Run.Directory.Path, recursive: true);
        }
    }
}
