using System.Diagnostics;
using System.Text.Json.Nodes;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Testing.Tests.Platform;

/// <summary>Starts this test program anew with the options, for one of its tests.</summary>
public sealed class ReportExtensionTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Filter = "*.HealSessionTests.A_recorded_round_trip_is_exact";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_report_tells_what_all_sessions_did()
    {
        string output = await RunAsync("--selfheal-report");
        output.Should().Contain("selfheal-report.json").And.Contain("selfheal-report.md").And.Contain("selfheal-report.html", "they are artifacts of the test session");
        JsonNode report = JsonNode.Parse(await ReadAsync("results/selfheal-report.json"))!;
        report["version"]!.GetValue<int>().Should().Be(1);
        JsonNode session = report["sessions"]!.AsArray().Should().ContainSingle().Subject!;
        session["outcome"]!.GetValue<string>().Should().Be("passed");
        session["program"]!.GetValue<string>().Should().Be("/bin/cat");
        session["runs"]!.AsArray().Select(run => run!["what"]!.GetValue<string>()).Should().Equal("recorded", "plain");
        session["runs"]![0]!["events"]!.GetValue<long>().Should().BePositive();
        session["keptIn"].Should().BeNull();
        (await ReadAsync("results/selfheal-report.html")).Should().StartWith("<!DOCTYPE html>").And.Contain("/bin/cat").And.Contain("passed");
        (await ReadAsync("results/selfheal-report.md")).Should().StartWith("# SelfHeal report").And.Contain("| cat | passed | 2 |");
    }

    [Fact(Timeout = Limit)]
    public async Task The_report_goes_where_the_user_says()
    {
        await RunAsync("--selfheal-report", _directory.At("out/mine.json"));
        File.Exists(_directory.At("out/mine.json")).Should().BeTrue();
        File.Exists(_directory.At("out/mine.md")).Should().BeTrue();
        File.Exists(_directory.At("out/mine.html")).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Runs_are_kept_where_the_user_asks_for_it()
    {
        await RunAsync("--selfheal-keep-runs", "--selfheal-report");
        string kept = JsonNode.Parse(await ReadAsync("results/selfheal-report.json"))!["sessions"]![0]!["keptIn"]!.GetValue<string>();
        kept.Should().StartWith(_directory.At("runs"));
        File.Exists(Path.Combine(kept, "1-recorded", "run.json")).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_directory_is_refused_as_report()
    {
        string output = await RunAsync(expectedExit: 5, "--selfheal-report", _directory.Path);
        output.Should().Contain("is a directory");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_options_nothing_is_written_and_nothing_kept()
    {
        await RunAsync();
        Directory.EnumerateFiles(_directory.At("results")).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(_directory.At("runs")).Should().BeEmpty();
    }

    private Task<string> RunAsync(params string[] options) => RunAsync(0, options);

    private async Task<string> RunAsync(int expectedExit, params string[] options)
    {
        using Process process = TestProgram.Start(_directory, Filter, options);
        (int exit, string output) = await TestProgram.EndAsync(process, TestContext.Current.CancellationToken);
        exit.Should().Be(expectedExit, output);
        return output;
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(_directory.At(name), TestContext.Current.CancellationToken);
}
