using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Chaos;

/// <summary>Real races, found and reproduced.</summary>
public sealed class ChaosThreadTests : IDisposable
{
    private const int Limit = 120_000;

    /// <summary>Reads under the lock and writes under the lock, but in two sections.</summary>
    private const string LostUpdate = """
        #include <pthread.h>
        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        static int sold;
        static void *sell(void *unused) {
            for (int i = 0; i < 4; i++) {
                pthread_mutex_lock(&lock);
                int seen = sold;
                pthread_mutex_unlock(&lock);
                pthread_mutex_lock(&lock);
                sold = seen + 1;
                pthread_mutex_unlock(&lock);
            }
            return unused;
        }
        int main(void) {
            pthread_t one, two;
            pthread_create(&one, NULL, sell, NULL);
            pthread_create(&two, NULL, sell, NULL);
            pthread_join(one, NULL);
            pthread_join(two, NULL);
            return sold != 8;
        }
        """;

    private const string TwoLocks = """
        #include <pthread.h>
        static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
        static void *turn(void *order) {
            pthread_mutex_lock(order ? &a : &b);
            pthread_mutex_lock(order ? &b : &a);
            pthread_mutex_unlock(&a);
            pthread_mutex_unlock(&b);
            return NULL;
        }
        int main(void) {
            pthread_t other;
            pthread_create(&other, NULL, turn, NULL);
            turn(&other);
            return pthread_join(other, NULL);
        }
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>Each policy finds it in a run of two or so: none in 200 has odds below 1 in 10^20.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("random")]
    [InlineData("pct")]
    [InlineData("pos")]
    public async Task A_lost_update_is_found_and_its_replay_is_exact_round_trip(string policy)
    {
        using ChaosRunner runner = Runner("lost", LostUpdate);
        (await runner.BaselineAsync(TestContext.Current.CancellationToken)).Should().Match<ChaosBaseline>(b => b.Failure == null && b.Threads == 2 && b.Places > 0);
        ChaosResult result = await runner.RunAsync(Policy.Parse(policy), TestContext.Current.CancellationToken);

        ChaosFailure failure = result.Failures.Should().ContainSingle().Subject;
        failure.Kind.Should().Be(FailureKind.AbnormalExit);
        ReplayResult replay = await new Replayer().ReplayAsync(
            failure.Run, new ReplayOptions { RunDirectory = _directory.At("replay") }, TestContext.Current.CancellationToken);
        replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
    }

    [Fact(Timeout = Limit)]
    public async Task A_deadlock_is_ended_and_told_with_who_waits_where_round_trip()
    {
        using ChaosRunner runner = Runner("locks", TwoLocks);
        ChaosResult result = await runner.RunAsync(Policy.Pos, TestContext.Current.CancellationToken);

        ChaosFailure failure = result.Failures.Should().ContainSingle().Subject;
        failure.Kind.Should().Be(FailureKind.Deadlock);
        failure.Sentence.Should().Match("locks is deadlocked: thread 0 waits in *turn*; thread 1 waits in *turn*.");
        ReplayResult replay = await new Replayer().ReplayAsync(
            failure.Run, new ReplayOptions { RunDirectory = _directory.At("replay") }, TestContext.Current.CancellationToken);
        replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
    }

    [Fact(Timeout = Limit)]
    public async Task A_seed_and_a_schedule_both_give_the_same_run_again_round_trip()
    {
        using ChaosRunner runner = Runner("lost", LostUpdate);
        ChaosFailure failure = (await runner.RunAsync(Policy.Pos, TestContext.Current.CancellationToken)).Failures[0];
        IReadOnlyList<Interval> found = Intervals.Read(failure.Run.OpenLog());
        var request = new RunRequest { Program = _directory.At("lost"), EndDeadlock = true };

        RunResult seeded = await new LocalHost().RunAsync(
            request with { RunDirectory = _directory.At("seeded"), Policy = Policy.Pos, Seed = failure.Seed }, TestContext.Current.CancellationToken);
        RunResult scripted = await new LocalHost().RunAsync(
            request with
            {
                RunDirectory = _directory.At("scripted"), Policy = Policy.Script, Schedule = Schedule.FromLog(failure.Run.OpenLog()),
            },
            TestContext.Current.CancellationToken);

        Intervals.Read(seeded.Directory.OpenLog()).Should().Equal(found);
        Intervals.Read(scripted.Directory.OpenLog()).Should().Equal(found);
    }

    private ChaosRunner Runner(string name, string source) => new(new ChaosOptions
    {
        Program = Compiler.Build(_directory, name, source, "-O1", "-g", "-pthread"),
        KeepDirectory = _directory.At("keep"),
        Runs = 200,
        Timeout = TimeSpan.FromSeconds(30),
    });
}
