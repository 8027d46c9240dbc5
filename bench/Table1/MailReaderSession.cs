using BuggyServers.Containers;
using BuggyServers.Mail;
using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>A mail reader on a terminal, with a dovecot of its own.</summary>
internal sealed class MailReaderSession : ISession
{
    private const int Seed = 2008;
    private const int Many = 200;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);
    private readonly Place _place;
    private readonly MailReader _reader;
    private readonly DovecotServer _server;
    private readonly RunRequest _request;
    private readonly int _count;
    private readonly bool _mayLive;
    private MailSession? _session;

    private MailReaderSession(Place place, MailReader reader, DovecotServer server, RunRequest request, int count, bool mayLive) =>
        (_place, _reader, _server, _request, _count, _mayLive) = (place, reader, server, request, count, mayLive);

    private MailSession Session => _session ?? throw new Table1Exception("the mail reader was not started");

    /// <param name="place">Where the reader runs; dovecot is outside.</param>
    /// <param name="variant">How.</param>
    /// <param name="directory">The session's own, short: it holds sockets.</param>
    /// <param name="reader">Which one.</param>
    /// <param name="message">Last in the mailbox where the variant is guilty; null: none.</param>
    public static async Task<ISession> PrepareAsync(Place place, Variant variant, string directory, MailReader reader, MailMessage? message)
    {
        Mailbox inbox = Mailbox.Generate(Many, Seed);
        if (variant.IsGuilty && message is not null)
        {
            inbox = inbox.With(message, Many);
        }

        DovecotServer server = await DovecotServer.StartAsync(
            Path.Combine(directory, "dovecot"),
            new Dictionary<string, Mailbox>(StringComparer.Ordinal) { ["INBOX"] = inbox, ["Archive"] = Mailbox.Generate(3, Seed + 1) },
            CancellationToken.None).ConfigureAwait(false);
        try
        {
            string home = Path.Combine(directory, "home");
            RunRequest request = reader.Request(server.Port, home);
            ServerImage.Open(home);
            return new MailReaderSession(
                place, reader, server, variant.Apply(place.Image is null ? request : request with { Program = reader.Inside }), inbox.Messages.Count,
                variant.UnderValgrind);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task StartAsync()
    {
        _session = MailSession.Start(_request, CancellationToken.None, _place.Host);
        return _reader.Arrive(_session, _count);
    }

    public async Task WorkAsync(int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            await _reader.Read(Session, _count).ConfigureAwait(false);
        }
    }

    public async Task<RunResult> EndAsync()
    {
        await _reader.End(Session).ConfigureAwait(false);
        return await Session.Run.ConfigureAwait(false);
    }

    public async Task<RunResult> ProvokeAsync()
    {
        await _reader.Provoke(Session, _server.Port, _count).ConfigureAwait(false);
        if (_mayLive)
        {
            Task survives = _reader.Survive(Session, _count);
            await Task.WhenAny(Session.Run, survives).ConfigureAwait(false);
            await Task.WhenAny(Session.Run, Task.Delay(EndLimit)).ConfigureAwait(false);
            if (!Session.Run.IsCompleted)
            {
                await survives.ConfigureAwait(false); // it says what the screen shows instead
            }
        }

        return await Session.Run.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }

        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
