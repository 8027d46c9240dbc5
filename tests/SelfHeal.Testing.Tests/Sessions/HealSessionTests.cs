using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Measure;
using SelfHeal.Replay;
using SelfHeal.Search;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>Sessions with tiny programs.</summary>
public sealed class HealSessionTests
{
    private const string Greeter = "while read name; do [ \"$name\" = quit ] && exit 3; echo \"hello $name\"; done";

    [HealFact("/bin/cat")]
    public async Task Lines_are_sent_and_answers_are_waited_for(HealSession session)
    {
        (await session.SendLineAsync("one")).Should().BeTrue();
        (await session.WaitForAsync("one\n")).Should().Be("one\n");
        await session.SendLineAsync("two");
        (await session.WaitForAsync("two\n")).Should().Be("two\n", "what was waited for before is not new");
        (await session.FinishAsync()).Should().Succeed().And.Print("one\ntwo\n");
    }

    [HealFact("/bin/sh", Arguments = ["-c", Greeter])]
    public async Task An_answer_that_does_not_come_says_what_came_instead(HealSession session)
    {
        await session.SendLineAsync("Ann");
        await FluentActions.Awaiting(() => session.WaitForAsync("bye", TimeSpan.FromSeconds(3)))
            .Should().ThrowAsync<SelfHealException>()
            .WithMessage("sh did not print within 3* s: \"bye\"; since the last wait it printed \"hello Ann\".");
        await session.SendLineAsync("quit");
        await FluentActions.Awaiting(() => session.WaitForAsync("bye"))
            .Should().ThrowAsync<SelfHealException>().WithMessage("sh ended without printing \"bye\"; *");
        (await session.FinishAsync()).Exit.Code.Should().Be(3);
    }

    [HealFact("/bin/sh", Arguments = ["-c", Greeter])]
    public async Task A_request_that_ends_the_program_has_no_answer(HealSession session)
    {
        (await session.Conversation.RequestAsync("Ann")).Should().Be("hello Ann\n");
        (await session.Conversation.RequestAsync("quit")).Should().BeNull();
        (await session.FinishAsync()).Exit.Code.Should().Be(3);
        session.Runs.Should().ContainSingle();
    }

    [HealFact("/bin/cat")]
    public async Task A_program_that_still_runs_is_ended_with_the_session(HealSession session) =>
        await session.SendLineAsync("nobody waits for the end");

    [HealFact("/bin/cat")]
    public async Task A_recorded_round_trip_is_exact(HealSession session)
    {
        RunResult run = await session.RunAsync("some input\n");
        run.Should().Print((await session.RunPlainAsync("some input\n")).StandardOutput);
        ReplayResult replay = await session.ReplayAsync(run);
        replay.IsExact.Should().BeTrue(replay.Sentence);
    }

    [HealFact("/bin/cat")]
    public async Task A_clean_run_has_nothing_to_heal_and_no_patch(HealSession session)
    {
        await session.RunAsync("a\n");
        HealResult result = await session.HealAsync();
        result.Should().HaveNothingToHeal();
        await FluentActions.Awaiting(() => session.RunPatchedAsync("a\n"))
            .Should().ThrowAsync<SelfHealException>().WithMessage("There is no patch to run with*");
        await FluentActions.Awaiting(() => session.VerifyPatchAsync(result.Patch))
            .Should().ThrowAsync<SelfHealException>().WithMessage("There is no patch to verify*");
    }

    [HealFact("/bin/cat")]
    public async Task Healing_without_a_run_says_what_to_call(HealSession session) =>
        await FluentActions.Awaiting(() => session.HealAsync()).Should().ThrowAsync<SelfHealException>().WithMessage("*call RunAsync*");

    [HealFact("/bin/sh", Arguments = ["-c", "ls data; echo x > data/new"], State = ["data"])]
    public async Task State_directories_are_kept_as_they_were_before_each_run(HealSession session)
    {
        await File.WriteAllTextAsync(Path.Combine(session.FilesDirectory, "data", "old"), "", session.CancellationToken);
        RunResult run = await session.RunAsync("");
        run.Should().Print("old\n");
        File.Exists(run.Directory.At("state/0/old")).Should().BeTrue();
        File.Exists(run.Directory.At("state/0/new")).Should().BeFalse();
        (await session.ReplayAsync(run)).IsExact.Should().BeTrue();
    }

    [HealFact("/bin/echo", Arguments = ["{files}", "{port}"])]
    public async Task Placeholders_stand_in_the_arguments_of_each_program(HealSession session) =>
        (await session.RunAsync("")).StandardOutput.Should().MatchRegex($"^{session.FilesDirectory} [0-9]{{5}}\n$");

    [HealFact("cat")]
    public async Task Overheads_are_measured_in_pairs(HealSession session)
    {
        PairedMeasurement measured = await session.MeasureRecordingAsync("a\n", pairs: 2);
        measured.A.Should().HaveCount(2);
        measured.Ratio.Should().BePositive();
        session.Runs.Should().HaveCount(6, "one pair warms up");
    }
}
