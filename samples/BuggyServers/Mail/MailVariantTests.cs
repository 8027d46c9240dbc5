using System.Globalization;
using System.Text;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Requests;
using SelfHeal.Search;
using Xunit;

namespace BuggyServers.Mail;

/// <summary>A patch made from one failure helps against others of the same fault, and leaves ordinary mail alone.</summary>
[Trait("Servers", "mail")]
public sealed class MailVariantTests : IDisposable
{
    private const int Timeout = 300_000;
    private const int Seed = 1986;
    private const int Few = 12;
    private const int PadVariants = 20, Variants = 50, Killed = 4, Benign = 2_000;
    private static readonly ExitStatus Aborted = new(null, 6);
    private readonly string _directory = Directory.CreateTempSubdirectory("selfheal-mail-").FullName;
    private readonly Random _random = new(Seed);
    private int _sessions;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Mutt_lives_with_the_pad_whatever_folder_of_that_length_is_asked_for()
    {
        string[] folders = [.. Enumerable.Range(0, PadVariants).Select(i => string.Concat(Enumerable.Range(0, 20 + i).Select(_ => $"{"éüßøñ"[_random.Next(5)]}&")))];
        Mailbox inbox = Mailbox.Generate(Few, Seed);
        foreach (string folder in folders.Take(Killed))
        {
            (await MuttAsync("mutt-1", RunMode.Plain, null, inbox, (session, port) => MuttSession.OpenFolderAsync(session, port, folder)))
                .Exit.Should().Be(Aborted, "{0} is meant to kill", folder);
        }

        RunResult failed = await MuttAsync("mutt-1", RunMode.Record, null, inbox, MuttSession.OpenGuiltyFolderAsync);
        HealResult healed = await HealAsync(failed, new HealOptions());
        RunResult patched = await MuttAsync("mutt-1", RunMode.Record, healed.PatchPath, inbox, async (session, port) =>
        {
            foreach (string folder in folders)
            {
                await MuttSession.OpenFolderAsync(session, port, folder);
                await session.WaitAsync("Mailbox doesn't exist");
            }

            await session.TypeAsync("q");
        });
        patched.Exit.IsSuccess.Should().BeTrue();
        patched.Control.Hits.Sum().Should().BeGreaterThanOrEqualTo(PadVariants);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(nameof(MailMessage.Quotes))]
    [InlineData(nameof(MailMessage.Thai))]
    public async Task Alpine_lives_with_the_pad_whatever_names_of_that_length_come(string message)
    {
        MailMessage[] variants = [.. Enumerable.Range(0, PadVariants).Select(i => message == nameof(MailMessage.Quotes)
            ? MailMessage.Quoted(100 - i, $"host{i}x{_random.Next(100)}.org") : MailMessage.InThai(1003 - i, (byte)(0xA1 + _random.Next(40))))];
        RunResult failed = await AlpineAsync("pine-1", RunMode.Record, null, [MailMessage.Guilty(message)], (_, _) => Task.CompletedTask);
        failed.Exit.Should().Be(Aborted);
        HealResult healed = await HealAsync(failed, new HealOptions());
        foreach (MailMessage variant in variants.Take(Killed))
        {
            (await AlpineAsync("pine-1", RunMode.Plain, null, [variant], (_, _) => Task.CompletedTask)).Exit.Should().Be(Aborted, variant.From);
        }

        RunResult patched = await AlpineAsync("pine-1", RunMode.Record, healed.PatchPath, variants, async (session, count) =>
        {
            await session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"{count}\r"), AlpineSession.At(count, count));
            await session.TypeAsync("1\r", AlpineSession.At(1, count));
            await session.TypeAsync("q");
        });
        patched.Exit.IsSuccess.Should().BeTrue();
        patched.Control.Hits.Sum().Should().BeGreaterThanOrEqualTo(PadVariants);
    }

    [Fact(Timeout = Timeout)]
    public async Task Alpine_lives_with_fifty_variants_of_the_message_that_killed_it_and_of_2000_others_none_is_dropped()
    {
        MailMessage[] bad = [.. Make(Seed, Variants, mail => mail.Bad())], others = [.. Make(Seed + 3, Benign, mail => mail.Benign())];
        foreach (MailMessage message in bad.Take(Killed))
        {
            (await AlpineAsync("pine-2", RunMode.Plain, null, [message], AlpineSession.ViewAsync)).Exit.Should().Be(Aborted, "{0} is meant to kill", message.ContentType);
        }

        MailMessage[] known = [.. Make(Seed + 2, Benign, mail => mail.Benign())];
        RunResult ordinary = await AlpineAsync("pine-2", RunMode.Record, null, known, PageAsync);
        ordinary.Exit.IsSuccess.Should().BeTrue();
        RunResult failed = await AlpineAsync("pine-2", RunMode.Record, null, [MailMessage.Piece], AlpineSession.ViewAsync);
        failed.Exit.Should().Be(Aborted);
        IReadOnlyList<ReadOnlyMemory<byte>> variants = await StructuresAsync(bad);
        HealResult healed = await HealAsync(failed, new HealOptions
        {
            BenignRuns = [ordinary.Directory], BenignRequests = await StructuresAsync(known), BadRequests = variants, ShrinkTime = TimeSpan.FromSeconds(60),
        });
        TestContext.Current.TestOutputHelper?.WriteLine(HealReport.ToMarkdown(healed));
        DroppedRequest dropped = healed.Dropped.Should().ContainSingle().Subject;
        dropped.BenignTried.Should().BeGreaterThanOrEqualTo(2 * Benign);
        dropped.FalsePositives.Should().Be(0);
        variants.Should().HaveCount(Variants);
        variants.Where(one => !Matches(dropped, one)).Select(Text).Should().BeEmpty();
        IReadOnlyList<ReadOnlyMemory<byte>> harmless = await StructuresAsync(others);
        harmless.Should().HaveCount(Benign);
        harmless.Where(one => Matches(dropped, one)).Select(Text).Should().BeEmpty();

        RunResult patched = await AlpineAsync("pine-2", RunMode.Record, healed.PatchPath, bad, async (session, count) =>
        {
            for (int message = Few + 1; message <= count; message++)
            {
                await session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"{message}\r"), AlpineSession.At(message, count));
                await session.TypeAsync("v");
                await session.TypeAsync("<", "MESSAGE INDEX");
            }

            await session.TypeAsync("q");
        });
        patched.Exit.IsSuccess.Should().BeTrue();
        patched.Control.Hits.Sum().Should().BeGreaterThanOrEqualTo(Variants);

        RunResult served = await AlpineAsync("pine-2", RunMode.Record, healed.PatchPath, others, PageAsync);
        served.Exit.IsSuccess.Should().BeTrue();
        served.Control.Hits.Sum().Should().Be(0);
        RecordedRequests.Read(served.Directory.OpenLog(), dropped.Request.Framing).Requests.Count.Should().BeGreaterThanOrEqualTo(Benign);
    }

    private static bool Matches(DroppedRequest dropped, ReadOnlyMemory<byte> request) => dropped.Patterns.Any(pattern => pattern.Matches(request.Span));

    private static string Text(ReadOnlyMemory<byte> request) => Encoding.Latin1.GetString(request.Span);

    private static IEnumerable<MailMessage> Make(int seed, int count, Func<ParameterMail, MailMessage> message)
    {
        var mail = new ParameterMail(seed);
        return Enumerable.Range(0, count).Select(_ => message(mail));
    }

    /// <summary>What dovecot says of these when they are viewed.</summary>
    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> StructuresAsync(IReadOnlyList<MailMessage> messages)
    {
        await using DovecotServer server = await ServeAsync(Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{++_sessions}")), new Mailbox(messages));
        return await ImapClient.FetchStructuresAsync(server.Port, Cancellation);
    }

    private static Task<DovecotServer> ServeAsync(string directory, Mailbox inbox) => DovecotServer.StartAsync(
        directory, new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox, ["Archive"] = Mailbox.Generate(3, Seed + 1) }, Cancellation);

    private static async Task<HealResult> HealAsync(RunResult failed, HealOptions options)
    {
        HealResult healed = await new Healer().HealAsync(failed.Directory, options, Cancellation);
        healed.Verdict.Should().Be(HealVerdict.Healed, healed.Sentence);
        return healed;
    }

    /// <summary>All envelopes come, and some messages.</summary>
    private static async Task PageAsync(MailSession session, int count)
    {
        await session.TypeAsync("1\r", AlpineSession.At(1, count));
        for (int last = 1; last < count;)
        {
            last = Math.Min(last + AlpineSession.Page, count);
            await session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"{last}\r"), AlpineSession.At(last, count));
        }

        await session.TypeAsync("1\r", AlpineSession.At(1, count));
        await AlpineSession.ReadAsync(session, count);
        await session.TypeAsync("q");
    }

    private Task<RunResult> MuttAsync(string bug, RunMode mode, string? patch, Mailbox inbox, Func<MailSession, int, Task> type) =>
        SessionAsync(inbox, (port, home) => MuttSession.Request(bug, port, home, mode) with { Patch = patch }, type);

    /// <summary>Behind a few ordinary messages.</summary>
    private Task<RunResult> AlpineAsync(string bug, RunMode mode, string? patch, IReadOnlyList<MailMessage> more, Func<MailSession, int, Task> type)
    {
        var inbox = new Mailbox([.. Mailbox.Generate(Few, Seed).Messages, .. more]);
        int count = inbox.Messages.Count;
        return SessionAsync(inbox, (port, home) => AlpineSession.Request(bug, port, home, mode) with { Patch = patch }, async (session, _) =>
        {
            await AlpineSession.LogInAsync(session);
            if (bug == "pine-2" || patch is not null)
            {
                await session.WaitAsync(string.Create(CultureInfo.InvariantCulture, $" of {count:N0} "));
            }

            await type(session, count);
        });
    }

    private async Task<RunResult> SessionAsync(Mailbox inbox, Func<int, string, RunRequest> request, Func<MailSession, int, Task> type)
    {
        string directory = Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{++_sessions}"));
        await using DovecotServer server = await ServeAsync(Path.Combine(directory, "dovecot"), inbox);
        await using MailSession session = MailSession.Start(request(server.Port, Path.Combine(directory, "home")), Cancellation);
        await type(session, server.Port);
        return await session.Run;
    }
}
