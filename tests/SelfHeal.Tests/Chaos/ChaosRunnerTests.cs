using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Schedules;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Chaos;

public sealed class ChaosRunnerTests : IDisposable
{
    private const int Limit = 120_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_program_that_never_fails_leaves_nothing_behind()
    {
        ChaosResult result = await RunAsync(Options("true") with { Runs = 20 });

        (result.Runs, result.FirstFailure, result.Failures.Count).Should().Be((20, null, 0));
        result.RunsPerSecond.Should().BePositive();
        Directory.Exists(Keep).Should().BeFalse();
        Directory.GetFileSystemEntries(_directory.Path).Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("exit 3", FailureKind.AbnormalExit, "*ended with exit status 3.")]
    [InlineData("kill -SEGV $$", FailureKind.Signal, "*SIGSEGV*")]
    [InlineData("exec sleep 1000", FailureKind.Hang, "*hung*")]
    public async Task The_run_that_fails_is_found_by_its_number_and_kept(string failing, FailureKind kind, string sentence)
    {
        ChaosResult result = await RunAsync(Shell(NthRun(4, failing)) with { Timeout = TimeSpan.FromSeconds(2), FirstSeed = 100 });

        (result.Runs, result.FirstFailure).Should().Be((4, 4));
        ChaosFailure failure = result.Failures.Should().ContainSingle().Subject;
        (failure.Seed, failure.Kind).Should().Be((103, kind));
        failure.Sentence.Should().Match(sentence);
        Directory.GetDirectories(Keep).Should().Equal(failure.Run.Path);
        RunDirectory kept = RunDirectory.Open(failure.Run.Path);
        (kept.Info.Seed, kept.Info.Policy, kept.Info.Outcome is null).Should().Be((103, "random:100", false));
        kept.OpenLog().Read().Should().NotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Keep_going_makes_all_runs_and_tells_like_failures_together()
    {
        ChaosResult result = await RunAsync(
            Shell("echo >> runs; case $(wc -l < runs) in 2|5) exit 1;; 3) exit 2;; esac") with { KeepGoing = true, Runs = 6 });

        (result.Runs, result.FirstFailure).Should().Be((6, 2));
        result.Failures.Select(failure => failure.Seed).Should().Equal(2, 3, 5);
        result.Distinct.Select(pair => (pair.Failure.Seed, pair.Count)).Should().Equal((2, 2), (3, 1));
    }

    [Fact(Timeout = Limit)]
    public async Task An_allowed_exit_status_is_no_failure() =>
        (await RunAsync(Shell("exit 3") with { AllowedExitCodes = new HashSet<int> { 0, 3 }, Runs = 3 })).Failures.Should().BeEmpty();

    [Fact(Timeout = Limit)]
    public async Task A_violated_invariant_is_a_failure()
    {
        ChaosResult result = await RunAsync(Shell(NthRun(3, "echo bad; exit 0") + "; echo good") with
        {
            Invariant = Invariant.FromFunction("output", run => run.StandardOutput == "good\n" ? null : "the output is " + run.StandardOutput),
        });

        result.FirstFailure.Should().Be(3);
        (result.Failures[0].Kind, result.Failures[0].Sentence).Should().Be((FailureKind.InvariantViolated, "The output is bad."));
    }

    [Fact(Timeout = Limit)]
    public async Task An_invariant_command_is_told_where_everything_is()
    {
        Directory.CreateDirectory(_directory.At("fresh"));
        ChaosResult result = await RunAsync(Shell("echo out; echo err >&2; echo file > {work}/file; exit 7") with
        {
            AllowedExitCodes = new HashSet<int> { 7 },
            Fresh = _directory.At("fresh"),
            Invariant = Invariant.FromCommand(
                "test \"$(cat $SELFHEAL_STDOUT $SELFHEAL_STDERR $SELFHEAL_WORK/file | tr -d '\\n')\" = outerrfile -a $SELFHEAL_EXIT = 7 -a -d $SELFHEAL_RUN"),
            Runs = 3,
        });

        result.Failures.Should().BeEmpty();
        Directory.GetFileSystemEntries(_directory.At("fresh")).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_first_failure_is_the_same_with_several_jobs()
    {
        ChaosOptions options = Options("sh") with
        {
            Arguments = ["-c", "case $0 in *-seed-7/*|*-seed-9/*) exit 1;; esac", "{work}"], Jobs = 4, Runs = 50,
            Fresh = Directory.CreateDirectory(_directory.At("fresh")).FullName,
        };
        ChaosResult result = await RunAsync(options);

        (result.Runs, result.FirstFailure).Should().Be((7, 7));
        Directory.GetDirectories(Keep).Should().Equal(result.Failures.Single().Run.Path);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_fails_without_chaos_is_told_by_the_baseline()
    {
        using var runner = new ChaosRunner(Shell("exit 9"));
        ChaosBaseline baseline = await runner.BaselineAsync(TestContext.Current.CancellationToken);
        baseline.Failure!.Sentence.Should().Be("sh ended with exit status 9.");
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_gives_what_was_found_until_then()
    {
        using var source = new CancellationTokenSource();
        using var runner = new ChaosRunner(Shell("[ $(wc -l < /proc/self/comm) = 1 ] && exit 1") with
        {
            KeepGoing = true, Runs = 1_000_000, Progress = new Stop(source),
        });
        ChaosResult result = await runner.RunAsync(Policy.Random(), source.Token);

        result.Interrupted.Should().BeTrue();
        result.Failures.Count.Should().BeInRange(1, 1000);
    }

    [Fact(Timeout = Limit)]
    public void A_directory_in_use_is_not_written_to()
    {
        _directory.Write("precious", "");
        FluentActions.Invoking(() => new ChaosRunner(Options("true") with { KeepDirectory = _directory.Path }))
            .Should().Throw<SelfHealException>().WithMessage("*already exists*");
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_program_is_a_sentence() => await FluentActions.Awaiting(() => RunAsync(Options("no-such-program")))
        .Should().ThrowAsync<ProgramNotStartedException>();

    private string Keep => _directory.At("keep");

    /// <summary>Counts the runs in a file; in the n-th one does something else.</summary>
    private static string NthRun(int number, string script) => $"echo >> runs; if [ $(wc -l < runs) = {number} ]; then {script}; fi";

    private static async Task<ChaosResult> RunAsync(ChaosOptions options)
    {
        using var runner = new ChaosRunner(options);
        return await runner.RunAsync(Policy.Random(), TestContext.Current.CancellationToken);
    }

    private ChaosOptions Shell(string script) => Options("sh") with { Arguments = ["-c", script], Jobs = 1 };

    private ChaosOptions Options(string program) => new()
    {
        Program = program, KeepDirectory = Keep, WorkingDirectory = _directory.Path, Timeout = TimeSpan.FromSeconds(30), Runs = 10,
    };

    private sealed class Stop(CancellationTokenSource source) : IProgress<ChaosProgress>
    {
        public void Report(ChaosProgress value)
        {
            if (value.Failures >= 1)
            {
                source.Cancel();
            }
        }
    }
}
