using System.Diagnostics;
using FluentAssertions;
using SelfHeal.Reports.Tables;
using Xunit;

namespace SelfHeal.Tests.Reports;

/// <summary>What `make table1` runs, for one bug and a short while.</summary>
public sealed class Table1RunTests : IDisposable
{
    private const int Timeout = 300_000;
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Built with the solution, as this test was.</summary>
    private static string Built => AppContext.BaseDirectory.Replace("/tests/SelfHeal.Tests/", "/bench/Table1/", StringComparison.Ordinal);

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Timeout)]
    public async Task One_bug_gives_a_whole_row_and_misses_are_named()
    {
        var (exit, output, error) = await RunAsync(
            Built, "--local", "--bug", "bc-1", "--pairs", "1", "--seconds", "0.3", "--json", _directory.At("t.json"),
            "--markdown", _directory.At("t.md"), "--html", _directory.At("t.html"));
        exit.Should().BeOneOf([0, 1], error);
        output.Contains("Missed:", StringComparison.Ordinal).Should().Be(exit == 1, "the exit status says whether a target was missed");

        Table1 table = Table1.Read(_directory.At("t.json"));
        table.Missing.Should().BeEmpty();
        BugRow row = table.Rows.Should().ContainSingle().Subject;
        (row.Name, row.Trials, row.Paper!.Trials).Should().Be(("bc-1", 1, 1));
        row.Change.Should().StartWith("Pad Allocation ");
        foreach (double? measured in (double?[])[row.Original.Median, row.Logged.Median, row.Prevention.Median, row.LoggedRatio.Median,
            row.PreventionRatio.Median, row.GuardDiagnosis, row.ValgrindDiagnosis, row.Replay, row.TimeToPatch, row.Failing])
        {
            measured.Should().BePositive();
        }

        row.PotentialTrials.Should().BeGreaterThan(1000, "bc allocates for each number");
        row.Pairs.Should().BeGreaterThanOrEqualTo(3);
        (await File.ReadAllTextAsync(_directory.At("t.md"), TestContext.Current.CancellationToken)).Should().Be(output).And.Contain("| bc-1 | ").And.Contain("| *paper* | 6.5 | 7.4 | 1.14 | 1 |");
        (await File.ReadAllTextAsync(_directory.At("t.html"), TestContext.Current.CancellationToken)).Should().Contain("Pad Allocation").And.Contain("id=\"table1\"");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_bug_whose_build_is_missing_is_a_row_that_says_what_to_run()
    {
        string copy = _directory.At("bin/");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Built, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(Built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        _directory.Write("SelfHeal.sln", ""); // a checkout where nothing was built
        var (exit, output, _) = await RunAsync(copy, "--local", "--bug", "bc-1", "--json", _directory.At("t.json"));
        exit.Should().Be(1);
        output.Should().Contain("bc-1: not measured: ");
        Table1.Read(_directory.At("t.json")).Missing.Should().ContainSingle().Which.Reason.Should().EndWith("make servers");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--bug", "bc-9")]
    [InlineData("--pairs", "0")]
    [InlineData("--json")]
    public async Task A_wrong_option_is_answered_with_the_usage(params string[] arguments)
    {
        var (exit, _, error) = await RunAsync(Built, arguments);
        exit.Should().Be(2);
        error.Should().StartWith("table1: usage: ").And.Contain("mysql-1, ");
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string directory, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(directory, "Table1.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
