using BuggyServers.Mail;
using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>What tells mutt and alpine apart.</summary>
/// <param name="Inside">Its file in the image.</param>
/// <param name="Request">For the port of a dovecot and a home directory.</param>
/// <param name="Arrive">From the start to the index, for so many messages.</param>
/// <param name="Read">Reads 50 messages; comes back to the index.</param>
/// <param name="End">Ends it.</param>
/// <param name="Provoke">Makes it fail, for a port and so many messages.</param>
/// <param name="Survive">Waits until it lives on all the same, and ends it.</param>
internal sealed record MailReader(
    string Inside, Func<int, string, RunRequest> Request, Func<MailSession, int, Task> Arrive, Func<MailSession, int, Task> Read,
    Func<MailSession, Task> End, Func<MailSession, int, int, Task> Provoke, Func<MailSession, int, Task> Survive)
{
    public static MailReader Mutt { get; } = new(
        "/opt/mutt/bin/mutt", (port, home) => MuttSession.Request("mutt-1", port, home, default), MuttSession.SearchAsync,
        async (session, count) =>
        {
            await session.TypeAsync("=", "->    1 ").ConfigureAwait(false);
            await MuttSession.ReadAsync(session, count).ConfigureAwait(false);
        },
        MuttSession.EndAsync, (session, port, _) => MuttSession.OpenGuiltyFolderAsync(session, port),
        async (session, _) =>
        {
            await session.WaitAsync("Mutt: (no mailbox)").ConfigureAwait(false);
            await MuttSession.EndAsync(session).ConfigureAwait(false);
        });

    /// <param name="bug">pine-1 or pine-2.</param>
    public static MailReader Alpine(string bug) => new(
        "/opt/pine/bin/alpine", (port, home) => AlpineSession.Request(bug, port, home, default), AlpineSession.ArriveAsync,
        AlpineSession.ReadAsync, AlpineSession.EndAsync, (session, _, count) => AlpineSession.OpenGuiltyAsync(session, bug, count),
        async (session, count) =>
        {
            await session.WaitAsync(AlpineSession.At(count, count)).ConfigureAwait(false);
            if (bug == "pine-2")
            {
                await session.WaitAsync("MESSAGE TEXT").ConfigureAwait(false);
                await session.TypeAsync("<", "MESSAGE INDEX").ConfigureAwait(false);
            }

            await AlpineSession.EndAsync(session).ConfigureAwait(false);
        });
}
