using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using Xunit;

namespace BuggyServers.Mail;

/// <summary>The real mail readers, without the recorder. `make test-servers` runs these; `make test` leaves them out.</summary>
[Trait("Servers", "mail")]
public sealed class MailReaderTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 2008;
    private const int Many = 200, Few = 12;
    private static readonly ExitStatus Aborted = new(null, 6);
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;

    public static TheoryData<string, string> PineTriggers =>
        new() { { "pine-1", nameof(MailMessage.Thai) }, { "pine-1", nameof(MailMessage.Quotes) }, { "pine-2", nameof(MailMessage.Piece) } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_directory, "home");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(Timeout = Timeout)]
    [InlineData("none")]
    [InlineData("mutt-1")]
    public async Task A_hundred_keys_do_mutt_no_harm(string bug)
    {
        await using DovecotServer server = await StartAsync(Mailbox.Generate(Many, Seed));
        await using MailSession session = MailSession.Start(MuttSession.Request(bug, server.Port, Home, RunMode.Plain), Cancellation);
        await MuttSession.BenignAsync(session, Many);
        (await session.Run).Exit.IsSuccess.Should().BeTrue();
        session.Keys.Should().BeGreaterThanOrEqualTo(100);
    }

    [Fact(Timeout = Timeout)]
    public async Task Mutt_1_dies_of_a_folders_name()
    {
        await using DovecotServer server = await StartAsync(Mailbox.Generate(Few, Seed));
        await using MailSession session = MailSession.Start(MuttSession.Request("mutt-1", server.Port, Home, RunMode.Plain), Cancellation);
        await MuttSession.OpenGuiltyFolderAsync(session, server.Port);
        (await session.Run).Exit.Should().Be(Aborted, session.Terminal.Screen.ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task Without_the_bug_mutt_goes_on_behind_that_name()
    {
        await using DovecotServer server = await StartAsync(Mailbox.Generate(Few, Seed));
        await using MailSession session = MailSession.Start(MuttSession.Request("none", server.Port, Home, RunMode.Plain), Cancellation);
        await MuttSession.OpenGuiltyFolderAsync(session, server.Port);
        await session.WaitAsync("Mailbox doesn't exist");
        await session.TypeAsync("q");
        (await session.Run).Exit.IsSuccess.Should().BeTrue();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("none")]
    [InlineData("pine-1")]
    [InlineData("pine-2")]
    public async Task A_hundred_keys_do_alpine_no_harm(string bug)
    {
        await using DovecotServer server = await StartAsync(Mailbox.Generate(Many, Seed));
        await using MailSession session = MailSession.Start(AlpineSession.Request(bug, server.Port, Home, RunMode.Plain), Cancellation);
        await AlpineSession.BenignAsync(session, Many);
        (await session.Run).Exit.IsSuccess.Should().BeTrue();
        session.Keys.Should().BeGreaterThanOrEqualTo(100);
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(PineTriggers))]
    public async Task One_message_kills_alpine(string bug, string message)
    {
        await using DovecotServer server = await StartWithAsync(message);
        await using MailSession session = MailSession.Start(AlpineSession.Request(bug, server.Port, Home, RunMode.Plain), Cancellation);
        await AlpineSession.LogInAsync(session);
        if (bug == "pine-2")
        {
            await session.WaitAsync($" of {Few + 1} ");
            await AlpineSession.ViewAsync(session, 4);
        }

        (await session.Run).Exit.Should().Be(Aborted, session.Terminal.Screen.ToString());
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(PineTriggers))]
    public async Task Without_the_bug_alpine_shows_that_message(string bug, string message)
    {
        bug.Should().NotBe("none");
        await using DovecotServer server = await StartWithAsync(message);
        await using MailSession session = MailSession.Start(AlpineSession.Request("none", server.Port, Home, RunMode.Plain), Cancellation);
        await AlpineSession.LogInAsync(session);
        await session.WaitAsync($" of {Few + 1} ");
        await AlpineSession.ViewAsync(session, 4);
        await session.WaitAsync(AlpineSession.At(4, Few + 1));
        await session.TypeAsync("q");
        (await session.Run).Exit.IsSuccess.Should().BeTrue();
    }

    // The guilty message is the fourth.
    private Task<DovecotServer> StartWithAsync(string message) =>
        StartAsync(Mailbox.Generate(Few, Seed).With(MailMessage.Guilty(message), 3));

    private Task<DovecotServer> StartAsync(Mailbox inbox) => DovecotServer.StartAsync(Path.Combine(_directory, "dovecot"),
        new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox, ["Archive"] = Mailbox.Generate(3, Seed + 1) }, Cancellation);
}
