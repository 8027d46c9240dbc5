using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private const string Table = """
        {"version": 1, "measured": "2026-11-22T12:00:00+00:00", "machine": "a machine", "rows": [{"name": "bc-1", "program": "bc",
        "original": {"lower": 4, "median": 4.1, "upper": 4.2}, "logged": {"lower": 4, "median": 4.1, "upper": 4.2},
        "prevention": {"lower": 4, "median": 4.1, "upper": 4.2}, "loggedRatio": {"lower": 1, "median": 1.007, "upper": 1.02},
        "preventionRatio": {"lower": 1, "median": 1.001, "upper": 1.02}, "pairs": 9, "trials": 1, "guardDiagnosis": 0.2,
        "valgrindDiagnosis": 9.5, "replay": 0.4, "change": "pad", "potentialTrials": 1612, "timeToPatch": null, "paper": null, "notes": []}]}
        """;

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task Heal_writes_the_report_and_report_writes_the_same_one_later()
    {
        _tool.Write("in.bc", string.Concat(Enumerable.Range(0, 92).Select(i => $"v{i}={i}\n").Concat(Enumerable.Range(0, 66).Select(i => $"a{i}[0]={i}\n"))));
        await _tool.SelfHealAsync("", ["record", "-o", "run", "--", await Tool.BcAsync("more_arrays"), "-q", "in.bc"]);

        Tool.Result healed = await _tool.SelfHealAsync("heal", "run", "--report", "first.html");
        Tool.Result later = await _tool.SelfHealAsync("report", "run", "-o", "later.html");
        Tool.Result beside = await _tool.SelfHealAsync("report", "run", "--table1", _tool.Write("table1.json", Table));

        healed.Code.Should().Be(0, healed.Error);
        later.Should().BeEquivalentTo(new Tool.Result(0, "report: later.html\n", ""), options => options.Including(result => result.Code).Including(result => result.Output));
        string html = await File.ReadAllTextAsync(_tool.At("later.html"), TestContext.Current.CancellationToken);
        html.Should().Be(await File.ReadAllTextAsync(_tool.At("first.html"), TestContext.Current.CancellationToken));
        html.Should().Contain("512 bytes written beyond the end of a block of 512").And.Contain("more_arrays");
        beside.Output.Should().Be("report: run/heal/report.html\n");
        (await File.ReadAllTextAsync(_tool.At("run/heal/report.html"), TestContext.Current.CancellationToken)).Should().Contain("1.007").And.Contain("Table 1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_was_not_healed_has_no_report()
    {
        await _tool.SelfHealAsync("", ["record", "-o", "run", "--", "true"]);

        Tool.Result result = await _tool.SelfHealAsync("report", "run");

        result.Code.Should().Be(5);
        result.ErrorLines.Should().ContainSingle().Which.Should().Contain("selfheal heal");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}")]
    [InlineData("""{"version": 1}""")]
    [InlineData("no json")]
    public async Task A_damaged_report_or_table_is_one_line_and_exit_code_5(string text)
    {
        await _tool.SelfHealAsync("", ["record", "-o", "run", "--", "true"]);
        Directory.CreateDirectory(_tool.At("run/heal"));
        _tool.Write("run/heal/report.json", text);

        foreach (string[] command in new string[][] { ["report", "run"], ["report", "--table1", _tool.Write("table1.json", text)] })
        {
            Tool.Result result = await _tool.SelfHealAsync(command);
            result.Code.Should().Be(5);
            result.ErrorLines.Should().ContainSingle().Which.Should().Contain("cannot be read");
        }
    }
}
