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
    private const string Work = "turn 1500000000\n"; // a second or two, before the bad request is read
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_patch_that_is_found_meanwhile_is_validated_by_the_run_that_has_begun()
    {
        var (ahead, request, _) = await StartAsync();
        Patch patch = Dropping("\"get \" [^\\n]{0,} \"@@\" [^\\n]{0,} \"\\n\"", request);
        while (!ahead.Replace(patch))
        {
            await Task.Delay(5); // its directory is being filled
        }

        (RunResult run, string? problem) = (await ahead.WithAsync(patch))!.Value;
        problem.Should().BeNull();
        run.Control.Hits.Should().Equal(1);
        (await ahead.TriedAsync())!.Value.Problem.Should().BeNull();
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_patch_that_comes_behind_the_request_is_not_validated_by_it_but_the_trial_counts()
    {
        var (ahead, request, _) = await StartAsync();
        (await ahead.TriedAsync())!.Value.Problem.Should().BeNull("exactly the request was dropped");
        Patch patch = Dropping("\"get \" [^\\n]{0,} \"\\n\"", request);

        ahead.Replace(patch).Should().BeFalse();
        (await ahead.WithAsync(patch)).Should().BeNull();
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_patch_that_does_not_hit_the_request_is_not_validated()
    {
        var (ahead, request, _) = await StartAsync();
        Patch patch = Dropping("\"other\"", request);
        while (!ahead.Replace(patch))
        {
            await Task.Delay(5);
        }

        (await ahead.WithAsync(patch)).Should().BeNull();
        (await ahead.TriedAsync())!.Value.Problem.Should().Contain("SIGSEGV");
        await ahead.StopAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_not_needed_any_more_is_killed()
    {
        var (ahead, _, directory) = await StartAsync();
        await ahead.StopAsync();

        Directory.Exists(directory).Should().BeTrue("the run directory stays readable");
        await FluentActions.Awaiting(ahead.TriedAsync).Should().ThrowAsync<OperationCanceledException>();
    }

    private static Patch Dropping(string pattern, RecordedRequest request) =>
        DropPatch.With(Patch.Empty, new DropEntry([], request.Framing, [RequestPattern.Parse(pattern)], RefusalAnswer.To(request)), []);

    private async Task<(AheadRun Ahead, RecordedRequest Request, string Directory)> StartAsync()
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
        return (AheadRun.Start(runner, _directory.At("work"), Patch.Empty, request, Diagnoser.Classify(failed), default), request, _directory.At("work/ahead"));
    }
}
