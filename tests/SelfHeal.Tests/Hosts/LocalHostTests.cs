using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Hosts;

public sealed class LocalHostTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Input_output_and_exit_status_pass_through()
    {
        RunResult run = await RunAsync("sh", "cat; echo oops >&2; exit 7");

        run.Exit.Should().Be(new ExitStatus(7, null));
        run.StandardOutput.Should().Be("hello\n");
        run.StandardError.Should().Be("oops\n");
        RunDirectory.Open(run.Directory.Path).Info.Outcome!.ExitCode.Should().Be(7);
    }

    [Theory(Timeout = Limit)]
    [InlineData("SEGV", 11)]
    [InlineData("ABRT", 6)]
    [InlineData("KILL", 9)]
    public async Task A_fatal_signal_is_told_from_an_exit_status(string name, int number)
    {
        (await RunAsync("sh", $"kill -{name} $$")).Exit.Should().Be(new ExitStatus(null, number));
        (await RunAsync("sh", $"exit {128 + number}")).Exit.Should().Be(new ExitStatus(128 + number, null));
    }

    [Fact(Timeout = Limit)]
    public async Task The_environment_keeps_its_order_and_shows_no_recorder()
    {
        RunResult run = await _host.RunAsync(Request("env") with { Environment = ["Z=1", "A=2", "PATH=/usr/bin:/bin"] });
        run.StandardOutput.Should().Be("Z=1\nA=2\nPATH=/usr/bin:/bin\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_program_is_a_sentence()
    {
        var error = await FluentActions.Awaiting(() => _host.RunAsync(Request("no-such-program")))
            .Should().ThrowAsync<ProgramNotStartedException>().WithMessage("The program no-such-program is not found.");
        error.Which.ExitCode.Should().Be(127);
    }

    [Fact(Timeout = Limit)]
    public async Task A_static_program_is_refused()
    {
        string program = Compiler.Build(_directory, "fixed", "int main(void) { return 0; }", "-static");
        var error = await FluentActions.Awaiting(() => _host.RunAsync(Request(program)))
            .Should().ThrowAsync<ProgramNotStartedException>().WithMessage("*static*");
        error.Which.ExitCode.Should().Be(126);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_no_program_is_refused()
    {
        string text = _directory.Write("text", "hello");
        (await FluentActions.Awaiting(() => _host.RunAsync(Request(text)))
            .Should().ThrowAsync<ProgramNotStartedException>()).Which.ExitCode.Should().Be(126);
    }

    [Fact(Timeout = Limit)]
    public async Task A_run_directory_in_use_is_refused()
    {
        _directory.Write("precious", "");
        await FluentActions.Awaiting(() => _host.RunAsync(Request("true") with { RunDirectory = _directory.Path }))
            .Should().ThrowAsync<SelfHealException>().WithMessage("*already exists*");
    }

    [Fact(Timeout = Limit)]
    public async Task A_malformed_patch_is_refused_before_the_program_starts()
    {
        string patch = _directory.Write("bad.ep", "selfheal-patch 1\nreboot\n");
        await FluentActions.Awaiting(() => _host.RunAsync(Request("true") with { Patch = patch }))
            .Should().ThrowAsync<PatchRefusedException>().WithMessage("bad.ep:2:*");
    }

    [Fact(Timeout = Limit)]
    public async Task A_hang_is_killed_when_the_timeout_has_passed()
    {
        RunResult run = await _host.RunAsync(Request("sleep", "1000") with { Timeout = TimeSpan.FromMilliseconds(300) });
        run.TimedOut.Should().BeTrue();
        run.Exit.Signal.Should().Be(9);
        run.Directory.Info.Outcome!.TimedOut.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_leaves_a_readable_run()
    {
        using var source = new CancellationTokenSource();
        await using RunSession session = await _host.StartAsync(Request("cat"), source.Token);
        (await session.RequestAsync("one", TimeSpan.FromSeconds(20))).Should().Be("one\n");
        await source.CancelAsync();

        await FluentActions.Awaiting(() => session.FinishAsync(source.Token)).Should().ThrowAsync<OperationCanceledException>();
        RunDirectory.Open(session.Directory.Path).OpenLog().Read().Should().NotBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_kills_the_program()
    {
        using var source = new CancellationTokenSource(300);
        string run = _directory.At("run");
        await FluentActions.Awaiting(() => _host.RunAsync(Request("sleep", "1000"), source.Token))
            .Should().ThrowAsync<OperationCanceledException>();
        int pid = RunDirectory.Open(run).ReadControl().ProcessId;
        Directory.Exists($"/proc/{pid}").Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_state_directory_is_copied_as_it_was_before_the_run()
    {
        string state = Directory.CreateDirectory(_directory.At("state")).FullName;
        File.WriteAllText(Path.Combine(state, "file"), "before");
        File.CreateSymbolicLink(Path.Combine(state, "link"), "file");
        RunResult run = await _host.RunAsync(
            Request("sh", "-c", $"echo after > {state}/file") with { StateDirectories = [state] });

        File.ReadAllText(Path.Combine(state, "file")).Should().Be("after\n");
        File.ReadAllText(run.Directory.At("state/0/file")).Should().Be("before");
        new FileInfo(run.Directory.At("state/0/link")).LinkTarget.Should().Be("file");
    }

    [Fact(Timeout = Limit)]
    public async Task In_the_sandbox_the_real_files_stay_as_they_are()
    {
        string state = Directory.CreateDirectory(_directory.At("state")).FullName;
        File.WriteAllText(Path.Combine(state, "file"), "before");
        RunResult run = await _host.RunAsync(Request("sh", "-c", $"echo after > {state}/file; echo x > {_directory.At("other")}") with
        {
            StateDirectories = [state],
            Sandbox = SandboxUse.Required,
        });

        run.Exit.Should().Be(new ExitStatus(0, null));
        File.ReadAllText(Path.Combine(state, "file")).Should().Be("before");
        File.Exists(_directory.At("other")).Should().BeFalse();
        File.ReadAllText(run.Directory.At("work/0/file")).Should().Be("after\n");
        Directory.Exists(run.Directory.At("scratch")).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_run_has_no_recorder()
    {
        RunResult run = await _host.RunAsync(Request("sh", "-c", "echo ${LD_PRELOAD-none}") with { Mode = RunMode.Plain });
        run.StandardOutput.Should().Be("none\n");
        File.Exists(run.Directory.ControlPath).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_session_is_fed_line_by_line()
    {
        await using RunSession session = await _host.StartAsync(
            Request("sh", "-c", "while read x; do echo got $x; done; echo bye"));
        (await session.RequestAsync("1", TimeSpan.FromSeconds(20))).Should().Be("got 1\n");
        (await session.RequestAsync("2", TimeSpan.FromSeconds(20))).Should().Be("got 2\n");
        RunResult run = await session.FinishAsync();

        run.StandardOutput.Should().Be("got 1\ngot 2\nbye\n");
        run.Directory.ReadText("stdin").Should().Be("1\n2\n");
        run.Exit.IsSuccess.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_to_a_dead_program_is_answered_by_null()
    {
        await using RunSession session = await _host.StartAsync(Request("sh", "-c", "read x; kill -SEGV $$"));
        (await session.RequestAsync("1", TimeSpan.FromSeconds(20))).Should().BeNull();
        (await session.FinishAsync()).Exit.Signal.Should().Be(11);
    }

    [Fact(Timeout = Limit)]
    public void A_missing_recorder_is_a_sentence() => FluentActions.Invoking(() => RecorderFiles.Find("/usr", chosen: null))
        .Should().Throw<RecorderUnavailableException>().WithMessage("*not found near /usr: run `make`*");

    [Fact(Timeout = Limit)]
    public void A_wrong_choice_of_the_recorder_is_a_sentence() => FluentActions.Invoking(() => RecorderFiles.Find("/usr", "/none"))
        .Should().Throw<RecorderUnavailableException>().WithMessage("SELFHEAL_RECORDER is /none, but*");

    private RunRequest Request(string program, params string[] arguments) => new()
    {
        Program = program, Arguments = arguments, RunDirectory = _directory.At("run"), Timeout = TimeSpan.FromSeconds(40),
    };

    private Task<RunResult> RunAsync(string program, string script) => _host.RunAsync(Request(program, "-c", script) with
    {
        Input = RunInput.FromText("hello\n"), RunDirectory = _directory.At(Guid.NewGuid().ToString("N")),
    });
}
