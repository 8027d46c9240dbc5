using BuggyServers.Mail;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.Containers;

/// <summary>The mail readers in containers of their images, on a dovecot outside; healed with neither.</summary>
[Trait("Servers", "containers")]
public sealed class MailContainerTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 2008;
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_directory, "home");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task A_pad_heals_mutt_1()
    {
        await using DockerHost host = await ServerImage.HostAsync("selfheal/mutt:mutt-1", _directory);
        RunResult recorded;
        await using (DovecotServer server = await StartAsync(Mailbox.Generate(12, Seed)))
        {
            await using MailSession session = Start(host, MuttSession.Request("mutt-1", server.Port, Home, RunMode.Record), "/opt/mutt/bin/mutt");
            await MuttSession.OpenGuiltyFolderAsync(session, server.Port);
            recorded = await session.Run;
        }

        await HealsAsync(host, recorded, "Pad Allocation");
    }

    [Theory(Timeout = Timeout)]
    [InlineData("pine-1", nameof(MailMessage.Quotes), "Pad Allocation")]
    [InlineData("pine-1", nameof(MailMessage.Thai), "Pad Allocation")]
    [InlineData("pine-2", nameof(MailMessage.Piece), "Drop Request")]
    public async Task Alpine_is_healed_of_a_guilty_message(string bug, string message, string change)
    {
        await using DockerHost host = await ServerImage.HostAsync($"selfheal/pine:{bug}", _directory);
        RunResult recorded;
        await using (DovecotServer server = await StartAsync(Mailbox.Generate(12, Seed).With(MailMessage.Guilty(message), 3)))
        {
            await using MailSession session = Start(host, AlpineSession.Request(bug, server.Port, Home, RunMode.Record), "/opt/pine/bin/alpine");
            await AlpineSession.LogInAsync(session);
            if (bug == "pine-2")
            {
                await session.WaitAsync(" of 13 ");
                await AlpineSession.ViewAsync(session, 4);
            }

            recorded = await session.Run;
        }

        await HealsAsync(host, recorded, change);
    }

    private Task<DovecotServer> StartAsync(Mailbox inbox) => DovecotServer.StartAsync(
        Path.Combine(_directory, "dovecot"), new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox }, Cancellation);

    private MailSession Start(DockerHost host, RunRequest request, string program)
    {
        ServerImage.Open(Home);
        return MailSession.Start(request with { Program = program }, Cancellation, host);
    }

    private static async Task HealsAsync(DockerHost host, RunResult recorded, string change)
    {
        recorded.Exit.Should().Be(new ExitStatus(null, 6));
        HealResult result = await new Healer(host).HealAsync(recorded.Directory, new HealOptions(), Cancellation);
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Trials.Should().HaveCountLessThanOrEqualTo(2);
        (await File.ReadAllTextAsync(result.PatchPath!, Cancellation)).Should().Contain(change);
    }
}
