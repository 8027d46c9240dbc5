using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using Xunit;

// Internal, so that xunit does not find these examples by itself: other tests run them, and many are to fail.
#pragma warning disable xUnit1000, xUnit1001, xUnit1028, xUnit1031

namespace SelfHeal.Testing.Tests;

/// <summary>Tests of a user, right ones and wrong ones.</summary>
internal sealed class Examples
{
    public const string Fails = "echo first; echo last line; echo complaint >&2; exit 3";

    public static string? WorkDirectory { get; private set; }

    [HealFact("/bin/cat")]
    public void NotAsynchronous(HealSession session) => _ = session;

    [HealFact("/bin/cat")]
    public Task NoSession() => Task.CompletedTask;

    [HealFact("/bin/cat")]
    public Task OtherParameter(int number) => Task.FromResult(number);

    [HealFact("/no/such/program")]
    public Task Missing(HealSession session) => Task.FromResult(session);

    [HealFact("no-such-program-in-path")]
    public Task MissingInPath(HealSession session) => Task.FromResult(session);

    [HealFact("build/no/such", Build = "make such")]
    public Task NotYetBuilt(HealSession session) => Task.FromResult(session);

    [HealFact("")]
    public Task Unnamed(HealSession session) => Task.FromResult(session);

    [HealFact(Servers.HealServerTests.Shop, Arguments = ["--port={ports}"])]
    public Task NoPlaceholder(HealSession session) => Task.FromResult(session);

    [HealFact("cat", Ready = "")]
    public Task NothingToWaitFor(HealSession session) => Task.FromResult(session);

    [HealFact("cat", RunTimeout = 0)]
    public Task NoTime(HealSession session) => Task.FromResult(session);

    [HealFact("cat", Environment = ["HOME"])]
    public Task NoValue(HealSession session) => Task.FromResult(session);

    [HealFact("cat", State = ["/var/data"])]
    public Task ForeignState(HealSession session) => Task.FromResult(session);

    [ChaosFact("cat")]
    public Task ChaosWithSession(HealSession session) => Task.FromResult(session);

    [ChaosFact("cat", Policy = "sometimes")]
    public Task ChaosWithoutPolicy(ServerEndpoint server) => Task.FromResult(server);

    [ChaosFact("cat", Runs = 0)]
    public Task ChaosWithoutRuns(ServerEndpoint server) => Task.FromResult(server);

    [ChaosFact(Servers.HealServerTests.Shop, Arguments = ["{port}"], Policy = "random", Runs = 3, Seed = 7)]
    public async Task ChaosKills(ServerEndpoint server)
    {
        WorkDirectory = Path.GetDirectoryName(Path.GetDirectoryName(server.RunDirectory));
        using HealClient client = await server.ConnectAsync();
        (await client.RequestAsync("die")).Should().BeNull();
    }

    [ChaosFact("/bin/echo", Arguments = ["no"], Runs = 3)]
    public void ChaosJudges(RunResult run)
    {
        WorkDirectory = Path.GetDirectoryName(Path.GetDirectoryName(run.Directory.Path));
        run.Should().Print("yes\n");
    }

    [HealFact("/usr/bin/printenv", Arguments = ["COLOUR"], Environment = ["COLOUR=red"])]
    public async Task HasVariables(HealSession session) => (await session.RunAsync("")).Should().Print("red\n");

    [HealFact("cat", DisplayName = "cat copies")]
    public async Task Passes(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        (await session.RunAsync("a\n")).Should().Succeed().And.Print("a\n");
    }

    [HealFact("/bin/sh", Arguments = ["-c", Fails], Seed = 42)]
    public async Task FailsAnAssertion(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        (await session.RunAsync("")).Should().Succeed();
    }

    [HealFact("/bin/sh", Arguments = ["-c", Fails])]
    public async Task FailsAfterHealing(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        await session.RunAsync("");
        HealResult result = await session.HealAsync();
        result.Should().BeHealed();
    }

    [HealFact("/bin/cat")]
    public Task ThrowsBeforeAnyRun(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        throw new InvalidOperationException("thrown at once");
    }

    [HealFact("/bin/cat", Skip = "not today")]
    public Task Skipped(HealSession session) => Task.FromResult(session);

    [HealFact("/bin/cat")]
    public async Task SkipsItself(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        await session.RunAsync("");
        Assert.Skip("not here");
    }

    [HealFact("/bin/sleep", Arguments = ["60"], RunTimeout = 300)]
    public async Task RunsTooLong(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        RunResult run = await session.RunAsync("");
        run.TimedOut.Should().BeTrue();
        run.Should().Succeed();
    }

    [HealFact("/bin/sleep", Arguments = ["60"], Timeout = 3000)]
    public async Task TestTakesTooLong(HealSession session)
    {
        WorkDirectory = session.WorkDirectory;
        await session.RunAsync("");
    }

    [HealTheory("/bin/echo", Arguments = ["-n", "ab"])]
    [InlineData("ab", true)]
    [InlineData("cd", false)]
    public async Task Rows(string text, bool same, HealSession session = null!) =>
        ((await session.RunAsync("")).StandardOutput == text).Should().Be(same);

    [HealTheory("/bin/cat")]
    [InlineData(1)]
    public Task RowsWithoutSession(int number) => Task.FromResult(number);
}
