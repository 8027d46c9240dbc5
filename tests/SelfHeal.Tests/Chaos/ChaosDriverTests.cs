using System.Collections.Concurrent;
using FluentAssertions;
using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Chaos;

public sealed class ChaosDriverTests : IDisposable
{
    private const int Limit = 120_000;
    private const string WaitUntilReady = "until [ -e $SELFHEAL_WORK/ready ]; do kill -0 $SELFHEAL_PID || exit 2; done; ";
    private const string Server = "touch $0/ready; while :; do sleep 1; done";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_driven_well_and_ends_on_SIGTERM_does_not_fail() =>
        (await RunAsync(WaitUntilReady + "exit 0")).Failures.Should().BeEmpty();

    [Fact(Timeout = Limit)]
    public async Task Exit_status_1_is_a_violated_invariant_in_the_drivers_words()
    {
        ChaosFailure failure = (await RunAsync(WaitUntilReady + "echo connecting; echo a row is missing; exit 1")).Failures.Should().ContainSingle().Subject;
        (failure.Kind, failure.Sentence).Should().Be(
            (FailureKind.InvariantViolated, "The driver found a violated invariant: a row is missing."));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_died_is_told_by_its_signal()
    {
        ChaosFailure failure = (await RunAsync(
            "while kill -0 $SELFHEAL_PID 2>/dev/null && grep -vq zombie /proc/$SELFHEAL_PID/status; do :; done; exit 2",
            "touch $0/ready; kill -ABRT $$")).Failures.Should().ContainSingle().Subject;
        (failure.Kind, failure.Sentence.Contains("SIGABRT", StringComparison.Ordinal)).Should().Be((FailureKind.Signal, true));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_ignores_SIGTERM_hangs()
    {
        ChaosFailure failure = (await RunAsync(
            WaitUntilReady, "trap '' TERM; touch $0/ready; while :; do sleep 1; done", TimeSpan.FromMilliseconds(300)))
            .Failures.Should().ContainSingle().Subject;
        (failure.Kind, failure.Sentence).Should().Be((FailureKind.Hang, "sh did not end after SIGTERM and was killed."));
    }

    [Fact(Timeout = Limit)]
    public async Task A_driver_that_hangs_is_a_hang() =>
        (await RunAsync("exec sleep 1000", timeout: TimeSpan.FromSeconds(1))).Failures.Should().ContainSingle()
            .Which.Kind.Should().Be(FailureKind.Hang);

    [Fact(Timeout = Limit)]
    public async Task A_driver_that_cannot_judge_ends_the_chaos() =>
        await FluentActions.Awaiting(() => RunAsync("echo no client here; exit 77")).Should().ThrowAsync<SelfHealException>()
            .WithMessage("*cannot judge: it ended with 77: no client here.");

    [Fact(Timeout = Limit)]
    public async Task Each_run_has_a_port_of_its_own_and_its_driver_knows_it() =>
        (await RunAsync(
            WaitUntilReady + "[ $(cat $SELFHEAL_WORK/ready) = $SELFHEAL_PORT ]",
            "echo {port} > $0/new; mv $0/new $0/ready; while :; do sleep 1; done")).Failures.Should().BeEmpty();

    [Fact(Timeout = Limit)]
    public async Task What_a_driver_in_CSharp_throws_is_the_violated_invariant_and_it_knows_the_server()
    {
        var seen = new ConcurrentBag<DrivenServer>();
        ChaosFailure failure = (await RunAsync(new ChaosDriver("clients", async (server, token) =>
        {
            seen.Add(server);
            while (!File.Exists(Path.Combine(server.WorkDirectory, "ready")))
                await Task.Delay(5, token);
            throw new InvalidOperationException("a row\nis missing");
        }))).Failures.Should().ContainSingle().Subject;
        failure.Sentence.Should().Be("The driver found a violated invariant: a row is missing.");
        seen.Single(server => server.Run == failure.Run.Path).Ended().Should().BeTrue("it was asked to end, and did");
    }

    [Fact(Timeout = Limit)]
    public async Task A_driver_in_CSharp_that_does_not_end_is_a_hang() =>
        (await RunAsync(new ChaosDriver("clients", (_, _) => Task.Delay(Timeout.Infinite, CancellationToken.None)), timeout: TimeSpan.FromSeconds(1)))
            .Failures.Should().ContainSingle().Which.Kind.Should().Be(FailureKind.Hang);

    private Task<ChaosResult> RunAsync(
        string driver, string server = Server, TimeSpan? endLimit = null, TimeSpan? timeout = null) =>
        RunAsync(endLimit is { } limit ? new ChaosDriver(driver) { EndLimit = limit } : new ChaosDriver(driver), server, timeout);

    private async Task<ChaosResult> RunAsync(ChaosDriver driver, string server = Server, TimeSpan? timeout = null)
    {
        using var runner = new ChaosRunner(new ChaosOptions
        {
            Program = "sh",
            Arguments = ["-c", server, "{work}"],
            KeepDirectory = _directory.At("keep"),
            Fresh = Directory.CreateDirectory(_directory.At("fresh")).FullName,
            Driver = driver,
            Runs = 2,
            Timeout = timeout ?? TimeSpan.FromSeconds(30),
        });
        return await runner.RunAsync(Policy.Random(), TestContext.Current.CancellationToken);
    }
}
