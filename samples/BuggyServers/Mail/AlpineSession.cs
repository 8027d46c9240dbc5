using System.Globalization;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace BuggyServers.Mail;

/// <summary>alpine on the INBOX of a dovecot.</summary>
public static class AlpineSession
{
    /// <summary>Messages that the index shows at once, at least.</summary>
    public const int Page = 18;

    /// <param name="bug">pine-1, pine-2, or none.</param>
    /// <param name="port">Of the dovecot.</param>
    /// <param name="home">A directory of the session's own, which gets the configuration.</param>
    /// <param name="mode">Plain, or recorded.</param>
    public static RunRequest Request(string bug, int port, string home, RunMode mode)
    {
        string configuration = Path.Combine(Directory.CreateDirectory(Path.Combine(home, "mail")).Parent!.FullName, ".pinerc");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            personal-name=Me
            user-domain=example.org
            inbox-path={127.0.0.1:{{port}}/imap/user={{DovecotServer.User}}/notls}INBOX
            folder-collections=Mail {{home}}/mail/[]
            default-fcc=
            postponed-folder=
            last-time-prune-questioned=999.1
            last-version-used=6.26
            sort-key=arrival
            mail-check-interval=0
            disable-these-authenticators=PLAIN
            feature-list=quit-without-confirm,enable-jump-shortcut

            """));
        return new RunRequest
        {
            Program = MailBuilds.Alpine(bug),
            Arguments = ["-i", "-p", configuration],
            Environment = [$"HOME={home}", "TERM=xterm", "LANG=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin", "USER=me"],
            WorkingDirectory = home,
            RunDirectory = Path.Combine(home, "run"),
            Mode = mode,
        };
    }

    /// <summary>Gives the password; the index is drawn then.</summary>
    public static async Task LogInAsync(MailSession session)
    {
        await session.WaitAsync("ENTER PASSWORD:").ConfigureAwait(false);
        await session.TypeAsync($"{DovecotServer.Password}\r").ConfigureAwait(false);
    }

    /// <summary>Gives the password, and waits for the index.</summary>
    public static async Task ArriveAsync(MailSession session, int count)
    {
        await LogInAsync(session).ConfigureAwait(false);
        await session.WaitAsync($" of {count} ").ConfigureAwait(false);
    }

    /// <summary>Goes to the last message, the guilty one, and views it where that is what kills.</summary>
    public static async Task OpenGuiltyAsync(MailSession session, string bug, int count)
    {
        await session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"{count}\r")).ConfigureAwait(false);
        if (bug == "pine-2")
        {
            await session.WaitAsync(At(count, count)).ConfigureAwait(false);
            await session.TypeAsync("v").ConfigureAwait(false);
        }
    }

    /// <summary>Walks and pages through the index, sorts it, views 50 messages, and ends.</summary>
    public static async Task BenignAsync(MailSession session, int count)
    {
        await ArriveAsync(session, count).ConfigureAwait(false);
        await ReadAsync(session, count).ConfigureAwait(false);
        await EndAsync(session).ConfigureAwait(false);
    }

    /// <summary>Walks to message 21, views 50, and walks back to message 50.</summary>
    public static async Task ReadAsync(MailSession session, int count)
    {
        await session.TypeAsync("1\r", At(1, count)).ConfigureAwait(false);
        await session.TypeAsync(new string('n', 20), At(21, count)).ConfigureAwait(false);
        await session.TypeAsync("v", "MESSAGE TEXT").ConfigureAwait(false);
        for (int message = 22; message <= 70; message++)
            await session.TypeAsync("n", At(message, count)).ConfigureAwait(false);
        await session.TypeAsync("<", "MESSAGE INDEX").ConfigureAwait(false);
        await session.TypeAsync(new string('p', 20), At(50, count)).ConfigureAwait(false);
    }

    /// <summary>Sorts by subject, and ends.</summary>
    public static async Task EndAsync(MailSession session)
    {
        await session.TypeAsync("$s", "DONE]").ConfigureAwait(false);
        await session.TypeAsync("q").ConfigureAwait(false);
    }

    /// <summary>What the title says where the cursor is at a message, or the message is shown.</summary>
    public static string At(int message, int count)
    {
        string total = count.ToString("N0", CultureInfo.InvariantCulture);
        return $"Message {message.ToString("N0", CultureInfo.InvariantCulture).PadLeft(total.Length)} of {total} ";
    }

    /// <summary>Views the message with this number, from 1.</summary>
    public static Task ViewAsync(MailSession session, int message) =>
        session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"{message}\rv"));
}
