using System.Globalization;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.Mail;

/// <summary>The real mail readers, healed when the server and the terminal are gone: trials have stand-ins for both. Then a session
/// like the one that failed goes on to its end, and shows what the program without the bug shows.</summary>
[Trait("Servers", "mail")]
public sealed class MailHealTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 2008;
    private const int Many = 200;
    private const int MuttRounds = 14, AlpineRounds = 75; // of reading before it fails: 4 to 8 s
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task A_pad_heals_mutt_1() => await HealsAsync(
        "mutt-1", "Pad Allocation", 1, Mailbox.Generate(Many, Seed), (bug, port, home, mode) => MuttSession.Request(bug, port, home, mode),
        async (session, screens, port) =>
        {
            await MuttSession.SearchAsync(session, Many);
            for (int round = 0; round < MuttRounds; round++)
            {
                await session.TypeAsync("=", "->    1 ");
                await MuttSession.ReadAsync(session, Many);
            }

            await screens();
            await MuttSession.OpenGuiltyFolderAsync(session, int.Parse(port, CultureInfo.InvariantCulture));
        },
        async (session, screens) =>
        {
            await session.WaitAsync("Mailbox doesn't exist");
            await session.TypeAsync("c=Archive\r", "Mutt: =Archive ");
            await screens();
            await session.TypeAsync("c=INBOX\r", $"[Msgs:{Many} ");
            await session.TypeAsync("=", "->    1 ");
            await MuttSession.ReadAsync(session, Many);
            await screens();
            await MuttSession.EndAsync(session);
        });

    [Theory(Timeout = Timeout)]
    [InlineData("pine-1", nameof(MailMessage.Quotes), "Pad Allocation", 1)]
    [InlineData("pine-1", nameof(MailMessage.Thai), "Pad Allocation", 1)]
    [InlineData("pine-2", nameof(MailMessage.Piece), "Drop Request", 2)]
    public async Task Alpine_is_healed_of_a_guilty_message(string bug, string message, string change, int trials)
    {
        const int count = Many + 1; // the last is the guilty one
        await HealsAsync(
            bug, change, trials, Mailbox.Generate(Many, Seed).With(MailMessage.Guilty(message), Many), AlpineSession.Request,
            async (session, screens, _) =>
            {
                await AlpineSession.ArriveAsync(session, count);
                for (int round = 0; round < AlpineRounds; round++)
                {
                    await AlpineSession.ReadAsync(session, count);
                }

                await screens();
                await AlpineSession.OpenGuiltyAsync(session, bug, count);
            },
            async (session, screens) =>
            {
                await session.WaitAsync(AlpineSession.At(count, count));
                if (bug == "pine-2")
                {
                    await session.TypeAsync("<", "MESSAGE INDEX");
                }

                await AlpineSession.ReadAsync(session, count);
                await screens();
                await session.TypeAsync("$s", "DONE]");
                await session.TypeAsync("q");
            });
    }

    private async Task HealsAsync(
        string bug, string change, int trials, Mailbox inbox, Func<string, int, string, RunMode, RunRequest> request,
        Func<MailSession, Func<Task>, string, Task> untilItFails, Func<MailSession, Func<Task>, Task> behind)
    {
        var (failed, _) = await SessionAsync("failing", bug, inbox, RunMode.Record, null, request, untilItFails, (_, _) => Task.CompletedTask, new ScreenLog());
        failed.Exit.Should().Be(new ExitStatus(null, 6));
        HealResult result = await new Healer().HealAsync(failed.Directory, new HealOptions(), Cancellation);
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Trials.Should().HaveCountLessThanOrEqualTo(trials);
        (await File.ReadAllTextAsync(result.PatchPath!, Cancellation)).Should().Contain(change);
        string dropped = string.Concat(result.Dropped.Select(one => string.Create(CultureInfo.InvariantCulture, $"; {one.Replays} replays in {one.Elapsed.TotalSeconds:0.0} s, {one.FalsePositives} of {one.BenignTried} benign match")));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"healed after {result.TimeToPatch.TotalSeconds:0.0} s, the run took {failed.Duration.TotalSeconds:0.0} s{dropped}"));

        var screens = new ScreenLog();
        var (reference, files) = await SessionAsync("reference", "none", inbox, RunMode.Plain, null, request, untilItFails, behind, screens);
        reference.Exit.IsSuccess.Should().BeTrue();
        screens.Screens.Should().HaveCountGreaterThanOrEqualTo(2);
        screens.Compare();
        var (patched, same) = await SessionAsync("patched", bug, inbox, RunMode.Record, result.PatchPath, request, untilItFails, behind, screens);
        patched.Exit.IsSuccess.Should().BeTrue();
        patched.Control.Hits.Sum().Should().BePositive();
        same.Should().Equal(files, "the same messages are seen");
    }

    /// <returns>The run, and the names of the benign messages' files, which say what was done with each.</returns>
    private async Task<(RunResult Run, IReadOnlyList<string> Files)> SessionAsync(
        string name, string bug, Mailbox inbox, RunMode mode, string? patch, Func<string, int, string, RunMode, RunRequest> request,
        Func<MailSession, Func<Task>, string, Task> untilItFails, Func<MailSession, Func<Task>, Task> behind, ScreenLog screens)
    {
        string directory = Path.Combine(_directory, name[..1]);
        await using DovecotServer server = await DovecotServer.StartAsync(
            Path.Combine(directory, "dovecot"),
            new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox, ["Archive"] = Mailbox.Generate(3, Seed + 1) }, Cancellation);
        RunRequest asked = request(bug, server.Port, Path.Combine(directory, "home"), mode) with { Patch = patch };
        await using MailSession session = MailSession.Start(asked, Cancellation);
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        Func<Task> take = () => screens.TakeAsync(session, port, Cancellation);
        await untilItFails(session, take, port);
        await behind(session, take);
        RunResult run = await session.Run;
        await server.StopAsync();
        return (run, [.. Directory.GetFiles(Path.Combine(directory, "dovecot", "mail", "cur")).Select(Path.GetFileName).OfType<string>()
            .Order(StringComparer.Ordinal).Take(Many)]);
    }
}
