using System.Net.Sockets;
using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Requests;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Search;

public sealed class AheadRunTests : IDisposable
{
    private const string Work = "turn 2000\n";
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task The_request_waits_for_the_patch_that_is_found_meanwhile_and_one_run_validates_it()
    {
        var (ahead, request) = await StartAsync();
        Patch patch = Dropping("\"get \" [^\\n]{0,} \"@@\" [^\\n]{0,} \"\\n\"", request);
        await ahead.ReleaseAsync(patch);

        (RunResult run, string? problem) = (await ahead.WithAsync(patch))!.Value;
        problem.Should().BeNull();
        run.Control.Hits.Should().Equal(1);
        (await ahead.TriedAsync()).Should().BeNull();
        (await ahead.WithAsync(Patch.Empty)).Should().BeNull("it ran with another patch");
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_no_patch_is_found_exactly_the_request_is_dropped()
    {
        var (ahead, request) = await StartAsync();
        await ahead.ReleaseAsync(null);

        (await ahead.TriedAsync()).Should().BeNull();
        (await ahead.WithAsync(Dropping("\"get \" [^\\n]{0,} \"\\n\"", request))).Should().BeNull();
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_patch_that_does_not_hit_the_request_is_not_validated()
    {
        var (ahead, request) = await StartAsync();
        Patch patch = Dropping("\"other\"", request);
        await ahead.ReleaseAsync(patch);

        (await ahead.WithAsync(patch)).Should().BeNull();
        (await ahead.TriedAsync()).Should().Contain("SIGSEGV");
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_not_needed_any_more_is_killed_while_the_request_waits()
    {
        AheadRun ahead = (await StartAsync()).Ahead;
        await ahead.StopAsync();

        await FluentActions.Awaiting(ahead.TriedAsync).Should().ThrowAsync<OperationCanceledException>();
    }

    private static Patch Dropping(string pattern, RecordedRequest request) =>
        DropPatch.With(Patch.Empty, new DropEntry([], request.Framing, [RequestPattern.Parse(pattern)], RefusalAnswer.To(request)), []);

    private async Task<(AheadRun Ahead, RecordedRequest Request)> StartAsync()
    {
        Compiler.Build(_directory, "prog", ServerPrograms.Lines, "-O1", "-g");
        RunResult failed;
        await using (ServerRun server = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("run")))
        {
            NetworkStream client = await server.ConnectAsync();
            (await ServerRun.AskAsync(client, Work)).Should().Be("turned\n");
            (await ServerRun.AskAsync(client, "get a@@b\n")).Should().BeEmpty();
            failed = await server.EndAsync();
        }

        RecordedRequest request = RecordedRequests.Read(failed.Directory.OpenLog()).Requests[^1];
        Directory.CreateDirectory(_directory.At("work"));
        var runner = new TrialRunner(_host, failed.Directory, new HealOptions(), _directory.At("work"));
        var ahead = new AheadRun(runner, _directory.At("work"), Patch.Empty, 0, default);
        (await ahead.HoldAsync(request, Diagnoser.Classify(failed))).Should().BeTrue();
        return (ahead, request);
    }
}
