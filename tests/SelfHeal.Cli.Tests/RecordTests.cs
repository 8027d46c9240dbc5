using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class RecordTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Input_output_and_silence_are_the_programs_own()
    {
        Tool.Result result = await _tool.SelfHealAsync("b\na\n", ["record", "-o", "run", "--", "sort"]);

        result.Should().Be(new Tool.Result(0, "a\nb\n", ""));
        File.Exists(_tool.At("run/run.json")).Should().BeTrue();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -SEGV $$", 128 + 11)]
    [InlineData("kill -KILL $$", 128 + 9)]
    [InlineData("kill -TERM $$", 128 + 15)]
    public async Task The_exit_status_is_the_programs_own_and_one_line_says_what_failed(string script, int code)
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--", "sh", "-c", script);

        result.Code.Should().Be(code);
        result.Output.Should().BeEmpty();
        string line = result.ErrorLines.Should().ContainSingle(l => l.StartsWith("selfheal:")).Which;
        line.Should().Contain("the run is in run").And.Contain("selfheal heal run");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_hangs_is_killed_at_its_time_limit()
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--timeout", "0.5", "--", "sleep", "1000");

        result.Code.Should().Be(128 + 9);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("hung: it was killed after").And.Contain("selfheal heal run");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_default_run_directory_is_named_for_the_program_and_never_shared()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _tool.SelfHealAsync("record", "--", "true")));

        string[] runs = Directory.GetDirectories(_tool.At("selfheal-runs"));
        runs.Should().HaveCount(4);
        runs.Should().OnlyContain(r => Path.GetFileName(r).StartsWith("true-") && File.Exists(Path.Combine(r, "run.json")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no-such-program", 127)]
    [InlineData("./no-such-program", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task A_program_that_cannot_be_started_is_one_sentence(string program, int code)
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--", program);

        result.Code.Should().Be(code);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain(program);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_directory_that_holds_something_is_not_touched()
    {
        Directory.CreateDirectory(_tool.At("run"));
        _tool.Write("run/mine", "precious");

        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--", "echo", "no");

        result.Code.Should().Be(125);
        result.Output.Should().BeEmpty();
        Directory.GetFiles(_tool.At("run")).Should().Equal(_tool.At("run/mine"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_terminals_interrupt_reaches_the_program_and_the_command_reports()
    {
        using Process job = _tool.LaunchJob("record", "-o", "run", "--", "sh", "-c", "echo $$ $PPID; exec sleep 60");
        string first = (await job.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        int group = int.Parse(first.Split(' ')[1]);

        Tool.Signal(-group, 2).Should().Be(0);

        Tool.Result result = await Tool.FinishAsync(job);
        result.Code.Should().Be(130);
        result.Error.Should().Contain("SIGINT").And.Contain("the run is in run");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_termination_signal_is_passed_on_to_the_program()
    {
        using Process process = _tool.Launch("record", "-o", "run", "--", "sh", "-c",
            "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).Should().Be("ready");

        Tool.Signal(process.Id, 15).Should().Be(0);

        Tool.Result result = await Tool.FinishAsync(process);
        result.Code.Should().Be(5);
        result.Output.Should().Be("bye\n");
    }
}
