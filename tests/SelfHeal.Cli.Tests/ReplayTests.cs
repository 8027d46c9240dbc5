using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_round_trip_is_exact_and_exits_with_0()
    {
        await _tool.SelfHealAsync("2^100\n", ["record", "-o", "run", "--", await Tool.BcAsync("none"), "-q"]);

        Tool.Result result = await _tool.SelfHealAsync("replay", "run", "--json");

        result.Code.Should().Be(0);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.GetProperty("exact").GetBoolean().Should().BeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_round_trip_with_a_trace_names_functions()
    {
        await _tool.SelfHealAsync("1+1\n", ["record", "-o", "run", "--", await Tool.BcAsync("none"), "-q"]);

        Tool.Result result = await _tool.SelfHealAsync("replay", "run", "--trace", "trace.txt");

        result.Code.Should().Be(0);
        string trace = await File.ReadAllTextAsync(_tool.At("trace.txt"), TestContext.Current.CancellationToken);
        trace.Should().MatchRegex(@"event \d+ read\(").And.MatchRegex(@"alloc \d+ malloc \d+ bytes = 0x[0-9a-f]+  at .*bc_malloc");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_round_trip_leaves_no_temporary_directory()
    {
        await _tool.SelfHealAsync("record", "-o", "run", "--", "true");
        await _tool.SelfHealAsync("replay", "run");

        Directory.GetDirectories(_tool.Temporary, "selfheal*").Should().BeEmpty();
    }

    /// <summary>The sandbox lies above directories of other users, into which its own user may not write.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_ordinary_user_leaves_no_temporary_directory_either()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can become another user.");
        const int user = 12_345;
        Directory.CreateDirectory(_tool.At("theirs/own"));
        (await _tool.SelfHealAsUserAsync(user, "theirs/own", "record", "-o", "run", "--", "ls")).Code.Should().Be(0);

        Tool.Result result = await _tool.SelfHealAsUserAsync(user, "theirs/own", "replay", "run");

        result.Should().Be(new Tool.Result(0, result.Output, ""));
        Directory.GetFileSystemEntries(_tool.Temporary).Should().BeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_log_shows_what_the_program_read()
    {
        await _tool.SelfHealAsync("hello\n", ["record", "-o", "run", "--", "cat"]);

        (await _tool.SelfHealAsync("log", "run")).Output.Should().Contain("cat").And.Contain("exit status 0");
        (await _tool.SelfHealAsync("log", "run", "--inputs")).Output.Should().Contain("\"hello\\n\"");
        (await _tool.SelfHealAsync("log", "run", "--events")).Output.Should().Contain("read").And.Contain("hello");
        (await _tool.SelfHealAsync("log", "run", "--intervals")).Output.Should().Contain("program ended");
        foreach (string part in (string[])["--events", "--inputs", "--intervals"])
        {
            using JsonDocument json = JsonDocument.Parse((await _tool.SelfHealAsync("log", "run", part, "--json")).Output);
            json.RootElement.GetProperty("version").GetInt32().Should().Be(1);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_truncated_segment_is_exit_code_5()
    {
        await _tool.SelfHealAsync("hello\n", ["record", "-o", "run", "--", "cat"]);
        string segment = Directory.GetFiles(_tool.At("run/events")).Order().First();
        await using (FileStream file = new(segment, FileMode.Open))
        {
            file.SetLength(file.Length / 2 > 100 ? 100 : file.Length / 2);
        }

        Tool.Result result = await _tool.SelfHealAsync("log", "run", "--events");

        result.Code.Should().Be(5);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain(".seg");
    }
}
