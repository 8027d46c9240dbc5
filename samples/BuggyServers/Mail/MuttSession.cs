using System.Globalization;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace BuggyServers.Mail;

/// <summary>mutt on the folders of a dovecot.</summary>
public static class MuttSession
{
    /// <summary>mutt-1: 40 times a letter that is two bytes in UTF-8, and the one that UTF-7 escapes.</summary>
    public static string GuiltyFolder { get; } = string.Concat(Enumerable.Repeat("é&", 40));

    /// <param name="bug">mutt-1, or none.</param>
    /// <param name="port">Of the dovecot.</param>
    /// <param name="home">A directory of the session's own, which gets the configuration.</param>
    /// <param name="mode">Plain, or recorded.</param>
    public static RunRequest Request(string bug, int port, string home, RunMode mode)
    {
        string url = string.Create(CultureInfo.InvariantCulture, $"imap://127.0.0.1:{port}/");
        string configuration = Path.Combine(Directory.CreateDirectory(home).FullName, "muttrc");
        File.WriteAllText(configuration, $"""
            set folder={url}
            set spoolfile={url}INBOX
            set imap_user={DovecotServer.User}
            set imap_pass={DovecotServer.Password}
            set sort=mailbox-order
            set mail_check=0
            set imap_keepalive=0
            set wait_key=no
            set quit=yes
            set delete=no
            set move=no
            set arrow_cursor=yes
            set tmpdir={home}

            """);
        return new RunRequest
        {
            Program = MailBuilds.Mutt(bug),
            Arguments = ["-n", "-F", configuration],
            Environment = [$"HOME={home}", "TERM=xterm", "LANG=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin", "USER=me"],
            WorkingDirectory = home,
            RunDirectory = Path.Combine(home, "run"),
            Mode = mode,
        };
    }

    /// <summary>Limits, sorts, pages through 50 messages, looks at another folder, and ends.</summary>
    public static async Task BenignAsync(MailSession session, int count)
    {
        await SearchAsync(session, count).ConfigureAwait(false);
        await ReadAsync(session, count).ConfigureAwait(false);
        await EndAsync(session).ConfigureAwait(false);
    }

    /// <summary>Limits and sorts; the cursor is at the first message then.</summary>
    public static async Task SearchAsync(MailSession session, int count)
    {
        await session.WaitAsync($"[Msgs:{count} ").ConfigureAwait(false);
        await session.TypeAsync($"l~b {Mailbox.Needle}\r", $"[Msgs:{count / 10}/{count} ").ConfigureAwait(false);
        await session.TypeAsync("lall\r", $"[Msgs:{count} ").ConfigureAwait(false);
        await session.TypeAsync("os", "(subject/").ConfigureAwait(false);
        await session.TypeAsync("od", "(date/").ConfigureAwait(false);
        await session.TypeAsync("=", "->    1 ").ConfigureAwait(false);
    }

    /// <summary>From the first message: pages through 50.</summary>
    public static async Task ReadAsync(MailSession session, int count)
    {
        await session.TypeAsync(new string('j', 20), "->   21 ").ConfigureAwait(false);
        await session.TypeAsync("\r", $"- 21/{count}: ").ConfigureAwait(false);
        for (int message = 22; message <= 70; message++)
            await session.TypeAsync("j", $"- {message}/{count}: ").ConfigureAwait(false);
        await session.TypeAsync("i", "->   70 ").ConfigureAwait(false);
    }

    /// <summary>Looks at another folder, and ends.</summary>
    public static async Task EndAsync(MailSession session)
    {
        await session.TypeAsync("c=Archive\r", "Mutt: =Archive ").ConfigureAwait(false);
        await session.TypeAsync("q").ConfigureAwait(false);
    }

    /// <summary>Opens a folder that does not exist, and by whose name mutt-1 writes beyond a block.</summary>
    public static Task OpenGuiltyFolderAsync(MailSession session, int port) => OpenFolderAsync(session, port, GuiltyFolder);

    /// <summary>Asks for a folder.</summary>
    public static async Task OpenFolderAsync(MailSession session, int port, string folder)
    {
        await session.WaitAsync("Mutt: ").ConfigureAwait(false);
        await session.TypeAsync("c", "Open mailbox").ConfigureAwait(false);
        await session.TypeAsync(string.Create(CultureInfo.InvariantCulture, $"imap://127.0.0.1:{port}/{folder}\r")).ConfigureAwait(false);
    }
}
