using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using Xunit;

namespace BuggyServers.Mail;

/// <summary>The real mail readers under the recorder, replayed when the server and the terminal are gone.</summary>
[Trait("Servers", "mail")]
public sealed class MailRoundTripTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 2008;
    private const int Many = 200, Few = 12;
    private const int Rounds = 10;
    private static readonly ExitStatus Aborted = new(null, 6), Done = new(0, null);
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_directory, "home");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(Timeout = Timeout)]
    [InlineData("none")]
    [InlineData("mutt-1")]
    public async Task A_round_trip_of_a_hundred_keys_to_mutt_is_exact(string bug) => await RoundTripAsync(
        Mailbox.Generate(Many, Seed), port => MuttSession.Request(bug, port, Home, RunMode.Record),
        (session, _) => MuttSession.BenignAsync(session, Many), Done);

    [Fact(Timeout = Timeout)]
    public async Task A_round_trip_of_mutt_1_dies_again() => await RoundTripAsync(
        Mailbox.Generate(Few, Seed), port => MuttSession.Request("mutt-1", port, Home, RunMode.Record), MuttSession.OpenGuiltyFolderAsync, Aborted);

    [Theory(Timeout = Timeout)]
    [InlineData("none")]
    [InlineData("pine-1")]
    [InlineData("pine-2")]
    public async Task A_round_trip_of_a_hundred_keys_to_alpine_is_exact(string bug) => await RoundTripAsync(
        Mailbox.Generate(Many, Seed), port => AlpineSession.Request(bug, port, Home, RunMode.Record),
        (session, _) => AlpineSession.BenignAsync(session, Many), Done);

    [Theory(Timeout = Timeout)]
    [InlineData("pine-1", nameof(MailMessage.Thai))]
    [InlineData("pine-1", nameof(MailMessage.Quotes))]
    [InlineData("pine-2", nameof(MailMessage.Piece))]
    public async Task A_round_trip_of_a_guilty_message_kills_alpine_again(string bug, string message) => await RoundTripAsync(
        Mailbox.Generate(Few, Seed).With(MailMessage.Guilty(message), 3), port => AlpineSession.Request(bug, port, Home, RunMode.Record),
        async (session, _) =>
        {
            await AlpineSession.LogInAsync(session);
            if (bug == "pine-2")
            {
                await session.WaitAsync($" of {Few + 1} ");
                await AlpineSession.ViewAsync(session, 4);
            }
        },
        Aborted);

    private async Task RoundTripAsync(Mailbox inbox, Func<int, RunRequest> request, Func<MailSession, int, Task> type, ExitStatus end)
    {
        RunResult recorded;
        await using (DovecotServer server = await DovecotServer.StartAsync(Path.Combine(_directory, "dovecot"),
            new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox, ["Archive"] = Mailbox.Generate(3, Seed + 1) }, Cancellation))
        {
            await using MailSession session = MailSession.Start(request(server.Port), Cancellation);
            await type(session, server.Port);
            recorded = await session.Run;
        }

        recorded.Exit.Should().Be(end);
        for (int round = 1; round <= Rounds; round++)
        {
            ReplayResult replayed = await new Replayer().ReplayAsync(recorded.Directory, new ReplayOptions { RunDirectory = Path.Combine(_directory, $"replay-{round}") }, Cancellation);
            replayed.Outcome.Should().Be(ReplayOutcome.Exact, $"round {round}: {replayed.Sentence}");
            replayed.Run.Exit.Should().Be(end);
            replayed.SameOutput.Should().BeTrue();
        }
    }
}
