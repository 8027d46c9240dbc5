using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

/// <summary>Ctrl-C while SelfHeal itself works: it ends soon, with 130, and leaves nothing behind.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task An_interrupted_replay_leaves_no_process_and_no_directory()
    {
        await RecordLongRunAsync();
        using Process replay = _tool.Launch("replay", "run", "--guard");
        await UntilAsync(() => Processes("selfheal-launch").Length > 0 || replay.HasExited);

        Tool.Signal(replay.Id, 2).Should().Be(0);

        Tool.Result result = await Tool.FinishAsync(replay);
        result.Code.Should().Be(130, result.ToString());
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("interrupted");
        Processes("bc").Should().BeEmpty();
        Directory.GetDirectories(_tool.Temporary, "selfheal*").Should().BeEmpty();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    public async Task An_interrupted_heal_leaves_no_process_and_the_run_as_it_was(int signal, int code)
    {
        await RecordLongRunAsync();
        using Process heal = _tool.Launch("heal", "run", "-o", "bc.ep");
        await UntilAsync(() => Directory.Exists(_tool.At("run/heal")) || heal.HasExited);

        Tool.Signal(heal.Id, signal).Should().Be(0);

        Tool.Result result = await Tool.FinishAsync(heal);
        result.Code.Should().Be(code, result.ToString());
        File.Exists(_tool.At("bc.ep")).Should().BeFalse();
        Processes("bc").Should().BeEmpty();
        (await _tool.SelfHealAsync("log", "run")).Code.Should().Be(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task After_an_interrupted_record_the_log_can_be_read_and_replayed_to_that_point_round_trip()
    {
        using Process job = _tool.LaunchJob("record", "-o", "run", "--", "sh", "-c", "echo $$ $PPID; read x; echo never");
        string first = (await job.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        Tool.Signal(int.Parse(first.Split(' ')[0]), 9).Should().Be(0);
        (await Tool.FinishAsync(job)).Code.Should().Be(137);

        Tool.Result replay = await _tool.SelfHealAsync("replay", "run");

        replay.Code.Should().Be(0, replay.ToString());
        (await _tool.SelfHealAsync("log", "run")).Output.Should().Contain("SIGKILL");
    }

    /// <summary>Processes of a program that run in this test's directory or a sandbox of it.</summary>
    private string[] Processes(string name) =>
        [.. Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _))
            .Select(CommandLine)
            .Where(c => c.Contains(_tool.Directory, StringComparison.Ordinal) && c.Split('\0').Any(w => Path.GetFileName(w) == name))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private async Task RecordLongRunAsync()
    {
        string computed = string.Concat(Enumerable.Range(0, 8).Select(i => $"scale=4000\nx=sqrt({i + 2})\n"));
        string input = _tool.Write("in.bc", computed + string.Concat(Enumerable.Range(0, 92).Select(i => $"v{i}={i}\n"))
            + string.Concat(Enumerable.Range(0, 66).Select(i => $"a{i}[0]={i}\n")));
        Tool.Result run = await _tool.SelfHealAsync(
            "", ["record", "-o", "run", "--", await Tool.BcAsync("more_arrays"), "-q", input]);
        run.Code.Should().Be(134);
    }
}
