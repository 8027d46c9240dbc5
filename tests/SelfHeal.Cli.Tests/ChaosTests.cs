using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class ChaosTests : IDisposable
{
    /// <summary>Fails in its third run.</summary>
    private const string Third = "echo >> runs; [ $(wc -l < runs) != 3 ]";

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_failure_is_one_line_with_seed_run_and_the_command_that_replays_it_round_trip()
    {
        Tool.Result result = await _tool.SelfHealAsync(
            "chaos", "--policy", "random", "--jobs", "1", "--keep", "kept", "--", "sh", "-c", Third);

        result.Code.Should().Be(1, result.ToString());
        result.Error.Should().BeEmpty();
        result.Output.Should().MatchRegex(@"random:100: 2 runs, [0-9.]+ runs/s, 1 failed, the first is run 2\n")
            .And.Contain("seed 2: sh ended with exit status 1; run kept/random-100-seed-2; next: selfheal replay kept/random-100-seed-2\n");
        (await _tool.SelfHealAsync("log", "kept/random-100-seed-2")).Code.Should().Be(0);
        (await _tool.SelfHealAsync("replay", "kept/random-100-seed-2")).Code.Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_failure_nothing_is_left()
    {
        Tool.Result result = await _tool.SelfHealAsync("chaos", "--runs", "5", "--", "true");

        result.Code.Should().Be(0, result.ToString());
        result.Output.Should().Contain("none failed");
        Directory.GetFileSystemEntries(_tool.Directory, "*", SearchOption.AllDirectories).Where(File.Exists).Should().BeEmpty();
        Directory.GetDirectories(_tool.Temporary, "selfheal*").Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Several_policies_are_a_table_and_a_document()
    {
        Tool.Result text = await _tool.SelfHealAsync("chaos", "--policy", "all", "--runs", "3", "--", "true");
        text.Output.Should().Contain("first failure").And.Contain("uniprocessor").And.Contain("random:100").And.Contain("pct:3").And.Contain("pos");

        Tool.Result result = await _tool.SelfHealAsync(
            "chaos", "--policy", "random:5,pos", "--runs", "4", "--keep-going", "--json", "--jobs", "1", "--", "sh", "-c", Third);
        result.Code.Should().Be(1, result.ToString());
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement random = document.RootElement.GetProperty("policies")[0];
        random.GetProperty("policy").GetString().Should().Be("random:5");
        (random.GetProperty("runs").GetInt32(), random.GetProperty("firstFailure").GetInt32()).Should().Be((4, 2));
        random.GetProperty("failures")[0].GetProperty("replay").GetString().Should().StartWith("selfheal replay /");
        document.RootElement.GetProperty("policies")[1].GetProperty("failed").GetInt32().Should().Be(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_fails_without_chaos_is_told_apart()
    {
        Tool.Result result = await _tool.SelfHealAsync("chaos", "--", "false");
        result.Code.Should().Be(1);
        result.Output.Should().StartWith("fails without chaos, too: seed 1: false ended with exit status 1;");
    }

    [Fact(Timeout = 60_000)]
    public async Task Invariant_allowed_exit_and_input_reach_the_runs()
    {
        _tool.Write("in", "hello\n");
        Tool.Result result = await _tool.SelfHealAsync(
            "chaos", "--runs", "3", "--stdin", "in", "--allow-exit", "0,4", "--invariant", "grep -q hello $SELFHEAL_STDOUT && [ $SELFHEAL_EXIT = 4 ]",
            "--", "sh", "-c", "cat; exit 4");
        result.Code.Should().Be(0, result.ToString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--policy", "fair")]
    [InlineData("--policy", "pct:0")]
    [InlineData("--runs", "0")]
    [InlineData("--jobs", "none")]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "soon")]
    [InlineData("--allow-exit", "256")]
    public async Task A_wrong_option_is_one_line_and_exit_code_2(string option, string value)
    {
        Tool.Result result = await _tool.SelfHealAsync("chaos", option, value, "--", "true");
        result.Code.Should().Be(2);
        result.ErrorLines.Should().ContainSingle().Which.Should().StartWith("selfheal: ").And.Contain("--help");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_set_up_is_exit_code_6()
    {
        (await _tool.SelfHealAsync("chaos", "--", "no-such-program")).Code.Should().Be(6);
        (await _tool.SelfHealAsync("chaos", "--fresh", "nowhere", "--", "true")).Error.Should().Contain("nowhere");
        (await _tool.SelfHealAsync("chaos", "--driver", "exit 9", "--", "sleep", "100")).Error.Should().Contain("cannot judge");
    }

    [Fact(Timeout = 60_000)]
    public async Task Ctrl_C_prints_what_was_found_and_cleans_up()
    {
        using Process chaos = _tool.Launch(
            "chaos", "--policy", "random", "--keep", "kept", "--keep-going", "--runs", "1000000", "--", "sh", "-c", "echo >> runs; [ $(($(wc -l < runs) % 5)) != 3 ]");
        while (!Directory.Exists(_tool.At("kept")) || !File.Exists(_tool.At("runs")) || File.ReadAllLines(_tool.At("runs")).Length < 10)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Tool.Signal(chaos.Id, 2).Should().Be(0);

        Tool.Result result = await Tool.FinishAsync(chaos);
        result.Code.Should().Be(130, result.ToString());
        result.Output.Should().Contain("until interrupted").And.Contain("selfheal replay kept/");
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("interrupted");
        Directory.GetDirectories(_tool.Temporary, "selfheal*").Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task Record_takes_a_policy_and_the_log_tells_it()
    {
        (await _tool.SelfHealAsync("record", "-o", "run", "--policy", "pct:4", "--seed", "7", "--", "true")).Code.Should().Be(0);
        (await _tool.SelfHealAsync("log", "run", "--json")).Output.Should().Contain("\"policy\": \"pct:4\"");
        (await _tool.SelfHealAsync("log", "run", "--intervals")).Output.Should().Contain("program ended");
        (await _tool.SelfHealAsync("record", "--policy", "fair", "--", "true")).Code.Should().Be(2);
    }
}
