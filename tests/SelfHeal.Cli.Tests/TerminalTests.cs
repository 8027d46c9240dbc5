using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class TerminalTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_script_types_and_the_exit_status_is_the_programs_own()
    {
        Tool.Result result = await RecordAsync("size 30 100\nwait \"name? \"\nsend \"you\\r\"\nwait \"hello you\"",
            "test -t 0 && test -t 1 && test -t 2 && printf 'name? '; read name; echo hello $name; echo $TERM; test \"$(stty size)\" = '30 100' && exit 7");

        result.Should().BeEquivalentTo(new { Code = 7, Output = "" });
        result.Error.Should().StartWith("selfheal: ").And.Contain("status 7").And.NotContain("keys");
        (await File.ReadAllTextAsync(_tool.At("run/stdout"))).Should().Contain("hello you").And.Contain("xterm");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_line_is_told_before_anything_starts()
    {
        Tool.Result result = await RecordAsync("send \"a\"\ntype \"b\"", "true");

        result.Code.Should().Be(125);
        result.Error.Should().Contain("keys, line 2: 'type' is no step");
        Directory.Exists(_tool.At("run")).Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_step_that_fails_hangs_up_and_is_told_with_the_screen()
    {
        Tool.Result result = await RecordAsync("wait \"never\" 0.5", "trap 'exit 0' HUP; echo something else; while :; do read line || exit 0; done");

        result.Code.Should().Be(125);
        result.Error.Should().Contain("keys, line 1: Waited 0.5 s for the text \"never\"").And.Contain("| something else");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_ends_in_the_middle_of_the_script_is_told()
    {
        Tool.Result result = await RecordAsync("wait \"go\"\nwait \"never\"", "echo go; kill -SEGV $$");

        result.Code.Should().Be(128 + 11);
        result.Error.Should().Contain("keys, line 2: The program closed the terminal").And.Contain("SIGSEGV");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_does_not_exist_is_told_as_without_a_terminal()
    {
        _tool.Write("keys", "wait \"x\"");
        Tool.Result result = await _tool.SelfHealAsync("record", "-o", "run", "--terminal", "keys", "--", "no-such-program");

        result.Code.Should().Be(127);
        result.Error.Should().Contain("no-such-program is not found").And.NotContain("line 1");
    }

    private Task<Tool.Result> RecordAsync(string script, string program)
    {
        _tool.Write("keys", script);
        return _tool.SelfHealAsync("record", "-o", "run", "--terminal", "keys", "--", "sh", "-c", program);
    }
}
