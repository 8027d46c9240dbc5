using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.Mail;

/// <summary>The real mail readers, healed when the server and the terminal are gone: trials have stand-ins for both.</summary>
[Trait("Servers", "mail")]
public sealed class MailHealTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 2008;
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task A_pad_heals_mutt_1()
    {
        RunResult recorded;
        await using (DovecotServer server = await DovecotServer.StartAsync(Path.Combine(_directory, "dovecot"),
            new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = Mailbox.Generate(12, Seed), ["Archive"] = Mailbox.Generate(3, Seed + 1) }, Cancellation))
        {
            await using MailSession session = MailSession.Start(
                MuttSession.Request("mutt-1", server.Port, Path.Combine(_directory, "home"), RunMode.Record), Cancellation);
            await MuttSession.OpenGuiltyFolderAsync(session, server.Port);
            recorded = await session.Run;
        }

        await HealsAsync(recorded, "Pad Allocation");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("pine-1", nameof(MailMessage.Quotes), "Pad Allocation")]
    [InlineData("pine-1", nameof(MailMessage.Thai), "Pad Allocation")]
    [InlineData("pine-2", nameof(MailMessage.Piece), "Drop Request")]
    public async Task Alpine_is_healed_of_a_guilty_message(string bug, string message, string change)
    {
        RunResult recorded;
        await using (DovecotServer server = await DovecotServer.StartAsync(Path.Combine(_directory, "dovecot"),
            new Dictionary<string, Mailbox>(StringComparer.Ordinal)
            {
                ["INBOX"] = Mailbox.Generate(12, Seed).With(MailMessage.Guilty(message), 3), ["Archive"] = Mailbox.Generate(3, Seed + 1),
            },
            Cancellation))
        {
            await using MailSession session = MailSession.Start(
                AlpineSession.Request(bug, server.Port, Path.Combine(_directory, "home"), RunMode.Record), Cancellation);
            await AlpineSession.LogInAsync(session);
            if (bug == "pine-2")
            {
                await session.WaitAsync(" of 13 ");
                await AlpineSession.ViewAsync(session, 4);
            }

            recorded = await session.Run;
        }

        await HealsAsync(recorded, change);
    }

    private static async Task HealsAsync(RunResult recorded, string change)
    {
        recorded.Exit.Should().Be(new ExitStatus(null, 6));
        HealResult result = await new Healer().HealAsync(recorded.Directory, new HealOptions(), Cancellation);
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        (await File.ReadAllTextAsync(result.PatchPath!, Cancellation)).Should().Contain(change);
    }
}
