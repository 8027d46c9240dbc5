using FluentAssertions;
using Xunit;

namespace SelfHeal.Testing.Tests.Discovery;

/// <summary>Examples run in turn: they tell their work directory through a static property.</summary>
public sealed class HealTestCaseTests : IDisposable
{
    private const int Limit = 120_000;

    public void Dispose()
    {
        if (Directory.Exists(Examples.WorkDirectory))
        {
            Directory.Delete(Examples.WorkDirectory, recursive: true);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_test_that_passes_leaves_nothing_behind()
    {
        ExampleRun run = await RunAsync(nameof(Examples.Passes));
        (run.Summary.Total, run.Summary.Failed).Should().Be((1, 0), run.Failure);
        Directory.Exists(Examples.WorkDirectory).Should().BeFalse();
        run.Output.Should().Contain("program: /").And.Contain("1-recorded: cat ended with exit status 0.");
        run.Attachments.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_tells_the_last_output_the_seed_the_run_directory_and_how_to_replay_it()
    {
        ExampleRun run = await RunAsync(nameof(Examples.FailsAnAssertion));
        run.Summary.Failed.Should().Be(1);
        string directory = Examples.WorkDirectory!;
        run.Failure.Should().StartWith("Expected the run to succeed, but sh ended with exit status 3. It said: complaint")
            .And.Contain($"\nseed 42, replay with: selfheal replay {directory}/1-recorded\n")
            .And.Contain("Examples.cs:line", "the stack is that of the test");
        run.Output.Should().EndWith("It printed:\n    first\n    last line\n    complaint\n");
        File.Exists(Path.Combine(directory, "1-recorded", "run.json")).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_failure_after_a_search_attaches_what_was_found()
    {
        ExampleRun run = await RunAsync(nameof(Examples.FailsAfterHealing));
        run.Failure.Should().StartWith("Expected the search to end with Healed, but it ended with NotHealed: sh is not healed");
        run.Attachments.Should().Equal("selfheal.md");
        run.Output.Should().Contain("classify: sh ended with exit status 3.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_test_that_throws_before_any_run_says_so()
    {
        ExampleRun run = await RunAsync(nameof(Examples.ThrowsBeforeAnyRun));
        run.Failure.Should().StartWith("InvalidOperationException: thrown at once\nNo run of cat has ended. Seed 0, runs in /");
    }

    [Fact(Timeout = Limit)]
    public async Task A_test_may_be_skipped_before_and_while_it_runs()
    {
        (await RunAsync(nameof(Examples.Skipped))).SkipReason.Should().Be("not today");
        ExampleRun run = await RunAsync(nameof(Examples.SkipsItself));
        run.SkipReason.Should().Be("not here");
        Directory.Exists(Examples.WorkDirectory).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_that_takes_too_long_is_a_hang()
    {
        ExampleRun run = await RunAsync(nameof(Examples.RunsTooLong));
        run.Failure.Should().StartWith("Expected the run to succeed, but sleep hung: it was killed after ");
    }

    [Fact(Timeout = Limit)]
    public async Task A_test_that_takes_too_long_is_ended_and_its_program_too()
    {
        ExampleRun run = await RunAsync(nameof(Examples.TestTakesTooLong));
        run.Summary.Failed.Should().Be(1);
        run.Failure.Should().Contain("timed out after 3000 milliseconds");
        run.Output.Should().Contain($"runs in {Examples.WorkDirectory}", "that is how the user finds them");
    }

    [Fact(Timeout = Limit)]
    public async Task Each_row_of_a_theory_has_a_session_of_its_own()
    {
        ExampleRun run = await RunAsync(nameof(Examples.Rows));
        (run.Summary.Total, run.Summary.Failed).Should().Be((2, 0), run.Failure);
    }

    [Fact(Timeout = Limit)]
    public async Task Chaos_that_finds_a_failure_tells_seed_run_and_replay()
    {
        ExampleRun run = await RunAsync(nameof(Examples.ChaosKills));
        run.Failure.Should().StartWith("The run with seed 7 under random:100 fails: shop was killed by SIGSEGV at address 0x8 in serve shop.c:")
            .And.Contain("\nseed 7, replay with: selfheal replay ").And.Contain("/1-chaos/random-100-seed-7\n");
        run.Output.Should().Contain("random: 1 runs from seed 7 on, 1 failed");
        run.Attachments.Should().Equal("selfheal.md");
    }

    [Fact(Timeout = Limit)]
    public async Task Chaos_that_is_judged_tells_what_the_judge_said()
    {
        ExampleRun run = await RunAsync(nameof(Examples.ChaosJudges));
        run.Failure.Should().StartWith("The run with seed 1 under pct:3").And.Contain("Expected the run to print \"yes")
            .And.Contain("Examples.cs:line", "the stack is that of the body");
    }

    [Fact(Timeout = Limit)]
    public async Task Variables_of_the_environment_are_set()
    {
        ExampleRun run = await RunAsync(nameof(Examples.HasVariables));
        (run.Summary.Total, run.Summary.Failed).Should().Be((1, 0), run.Failure);
    }

    private static Task<ExampleRun> RunAsync(string method) => ExampleRun.RunAsync(typeof(Examples), method);
}
