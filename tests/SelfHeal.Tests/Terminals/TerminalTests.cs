using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using SelfHeal.Terminals;
using Xunit;

namespace SelfHeal.Tests.Terminals;

public sealed class TerminalTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<RunMode> Modes => [RunMode.Plain, RunMode.Record];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task A_program_reads_what_is_typed_and_its_answer_is_seen(RunMode mode)
    {
        await using Terminal terminal = Terminal.Open();
        Task<RunResult> run = RunAsync(terminal, mode, "printf 'name? '; read name; echo \"hello $name\"; tty; exit 3");
        await terminal.WaitForTextAsync("name? ", Patience, Cancellation);
        await terminal.SendAsync("wörld\r", Cancellation);
        await terminal.WaitForTextAsync("hello wörld\n" + terminal.Path, Patience, Cancellation);
        (await run).Exit.Should().Be(new ExitStatus(3, null));
        await terminal.Ended;
        if (mode == RunMode.Record)
        {
            (await run).Directory.ReadText("stdout").Should().Contain("hello wörld");
        }
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task The_size_is_there_from_the_start_and_a_change_is_heard_of(RunMode mode)
    {
        await using Terminal terminal = Terminal.Open(33, 99);
        Task<RunResult> run = RunAsync(terminal, mode, "trap 'stty size; exit 0' WINCH; stty size; echo ready; while :; do read line; done");
        await terminal.WaitForTextAsync("33 99\nready", Patience, Cancellation);
        terminal.Resize(20, 60);
        terminal.Screen.Should().BeEquivalentTo(new { Columns = 60 });
        await terminal.WaitForTextAsync("20 60", Patience, Cancellation);
        (await run).Exit.IsSuccess.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Control_characters_are_signals_and_end_of_file()
    {
        await using Terminal terminal = Terminal.Open();
        Task<RunResult> run = RunAsync(terminal, RunMode.Plain, "trap 'echo interrupted; cat; echo end; exit 0' INT; echo ready; while :; do sleep 0.05; done");
        await terminal.WaitForTextAsync("ready", Patience, Cancellation);
        await terminal.SendAsync("\x03", Cancellation);
        await terminal.WaitForTextAsync("interrupted", Patience, Cancellation);
        await terminal.SendAsync("\x04", Cancellation);
        await terminal.WaitForTextAsync("end", Patience, Cancellation);
        (await run).Exit.IsSuccess.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task What_does_not_come_is_told_with_the_screen()
    {
        await using Terminal terminal = Terminal.Open();
        Task<RunResult> run = RunAsync(terminal, RunMode.Plain, "echo something else; read line");
        await terminal.WaitForTextAsync("something", Patience, Cancellation);
        Func<Task> wait = () => terminal.WaitForTextAsync("the prompt", TimeSpan.FromMilliseconds(50), Cancellation);
        (await wait.Should().ThrowAsync<TerminalException>()).WithMessage(
            "Waited 0.05 s for the text \"the prompt\" on the terminal, and it did not come. The screen shows:\n  | something else\n");
        await terminal.SendAsync("\r", Cancellation);
        await run;
    }

    [Fact(Timeout = Limit)]
    public async Task A_wait_ends_when_the_program_does()
    {
        await using Terminal terminal = Terminal.Open();
        Task<RunResult> run = RunAsync(terminal, RunMode.Plain, "echo last words; kill -SEGV $$");
        Func<Task> wait = () => terminal.WaitForTextAsync("the prompt", Patience, Cancellation);
        (await wait.Should().ThrowAsync<TerminalException>()).WithMessage("The program closed the terminal while*last words*");
        (await run).Exit.Should().Be(new ExitStatus(null, 11));
        Func<Task> send = () => terminal.SendAsync("more", Cancellation);
        await send.Should().ThrowAsync<TerminalException>().WithMessage("The program has closed the terminal*");
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_has_ended_before_a_program_has_started()
    {
        await using Terminal terminal = Terminal.Open();
        Func<Task> wait = () => terminal.WaitForTextAsync("x", TimeSpan.FromMilliseconds(50), Cancellation);
        (await wait.Should().ThrowAsync<TerminalException>()).WithMessage("Waited*(nothing)*");
        terminal.Ended.IsCompleted.Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_cannot_start_ends_the_waiting_and_says_why()
    {
        await using Terminal terminal = Terminal.Open();
        Func<Task> run = () => new LocalHost().RunAsync(
            new RunRequest { Program = "/etc/passwd", RunDirectory = _directory.At("run"), Mode = RunMode.Plain, Terminal = terminal }, Cancellation);
        await run.Should().ThrowAsync<SelfHealException>().WithMessage("*/etc/passwd*");
        Terminal other = Terminal.Open();
        await other.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_child_that_keeps_the_terminal_open_is_not_waited_for()
    {
        await using Terminal terminal = Terminal.Open();
        RunResult run = await RunAsync(terminal, RunMode.Plain, "(trap '' HUP; sleep 60) & echo $! > child; echo started");
        await terminal.Ended;
        terminal.Screen.Contains("started").Should().BeTrue();
        using var child = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_directory.At("child"), Cancellation)));
        child.Kill();
        run.Exit.IsSuccess.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Much_that_is_typed_and_read_late_arrives_whole()
    {
        await using Terminal terminal = Terminal.Open();
        string keys = string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i} "));
        Task<RunResult> run = RunAsync(terminal, RunMode.Plain,
            $"stty raw -echo; echo ready; head -c {keys.Length} > typed; stty sane; echo done");
        await terminal.WaitForTextAsync("ready", Patience, Cancellation);
        await terminal.SendAsync(keys, Cancellation);
        await terminal.WaitForTextAsync("done", Patience, Cancellation);
        (await File.ReadAllTextAsync(_directory.At("typed"), Cancellation)).Should().Be(keys);
        await run;
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Modes))]
    public async Task Vim_edits_a_file(RunMode mode)
    {
        await using Terminal terminal = Terminal.Open();
        await EditAsync(terminal, mode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_round_trip_on_a_terminal_shows_the_same_when_the_terminal_is_gone()
    {
        RunResult recorded;
        await using (Terminal terminal = Terminal.Open())
        {
            recorded = await EditAsync(terminal, RunMode.Record);
        }

        _directory.Write("file.txt", "one\ntwo\nthree\n");
        ReplayResult replayed = await new Replayer().ReplayAsync(
            recorded.Directory, new ReplayOptions { RunDirectory = _directory.At("replay") }, Cancellation);
        replayed.IsExact.Should().BeTrue(replayed.Sentence);
        replayed.SameOutput.Should().BeTrue();
    }

    private async Task<RunResult> EditAsync(Terminal terminal, RunMode mode)
    {
        _directory.Write("file.txt", "one\ntwo\nthree\n");
        Task<RunResult> run = RunAsync(terminal, mode, "exec vi -u NONE -N file.txt");
        await terminal.WaitForTextAsync("three\n~", Patience, Cancellation);
        await terminal.SendAsync("jcwzwei\e:wq\r", Cancellation);
        (await run).Exit.IsSuccess.Should().BeTrue();
        (await File.ReadAllTextAsync(_directory.At("file.txt"), Cancellation)).Should().Be("one\nzwei\nthree\n");
        return await run;
    }

    private Task<RunResult> RunAsync(Terminal terminal, RunMode mode, string script) => new LocalHost().RunAsync(
        new RunRequest
        {
            Program = "sh",
            Arguments = ["-c", script],
            Environment = ["PATH=/usr/bin:/bin", "TERM=xterm", "LANG=C.UTF-8", "HOME=/nonexistent"],
            WorkingDirectory = _directory.Path,
            RunDirectory = _directory.At("run"),
            Mode = mode,
            Timeout = TimeSpan.FromSeconds(50),
            Terminal = terminal,
        }, Cancellation);
}
