using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData]
    [InlineData("record")]
    [InlineData("replay")]
    [InlineData("log")]
    [InlineData("heal")]
    [InlineData("run")]
    [InlineData("patch")]
    [InlineData("patch", "show")]
    [InlineData("patch", "check")]
    [InlineData("chaos")]
    [InlineData("report")]
    [InlineData("doctor")]
    public async Task Every_command_explains_itself(params string[] command)
    {
        Tool.Result result = await _tool.SelfHealAsync([.. command, "--help"]);

        result.Code.Should().Be(0);
        result.Output.Should().Contain("Usage:");
        result.Error.Should().BeEmpty();
    }

    [Theory(Timeout = 60_000)]
    [InlineData]
    [InlineData("reco")]
    [InlineData("heal")]
    [InlineData("heal", "run", "--budget", "0")]
    [InlineData("heal", "run", "--budget", "many")]
    [InlineData("log", "run", "--events", "--inputs")]
    [InlineData("replay", "run", "--unknown")]
    [InlineData("run", "--", "true")]
    [InlineData("record", "--seed", "many", "--", "true")]
    [InlineData("record")]
    [InlineData("report")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(params string[] command)
    {
        Tool.Result result = await _tool.SelfHealAsync(command);

        result.Code.Should().Be(2);
        result.Output.Should().BeEmpty();
        result.ErrorLines.Should().ContainSingle().Which.Should().StartWith("selfheal: ").And.Contain("--help");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unknown_command_is_named()
    {
        (await _tool.SelfHealAsync("reco")).Error.Should().Contain("reco");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("replay")]
    [InlineData("log")]
    [InlineData("heal")]
    public async Task A_missing_run_is_exit_code_5(string command)
    {
        Tool.Result result = await _tool.SelfHealAsync(command, "nowhere");

        result.Code.Should().Be(5);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("nowhere");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"Version\":1000000,\"Program\":\"x\"}")]
    public async Task A_damaged_run_json_is_exit_code_5(string json)
    {
        Directory.CreateDirectory(_tool.At("run"));
        _tool.Write("run/run.json", json);

        Tool.Result result = await _tool.SelfHealAsync("log", "run");

        result.Code.Should().Be(5);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("run.json");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_version_is_a_version()
    {
        (await _tool.SelfHealAsync("--version")).Output.Should().MatchRegex(@"^\d+\.\d+\.\d+");
    }
}
