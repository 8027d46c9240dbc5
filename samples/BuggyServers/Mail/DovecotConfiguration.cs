using System.Diagnostics;
using System.Globalization;

namespace BuggyServers.Mail;

/// <summary>What dovecot needs to serve one directory: with nobody's rights where root starts it, else as the caller.</summary>
internal static class DovecotConfiguration
{
    private const int Nobody = 65534;
    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;

    /// <summary>Makes the password file, and gives the mail to whom it is served as.</summary>
    public static async Task WriteUserAsync(string directory, string mail, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "users"), $"{DovecotServer.User}:{{PLAIN}}{DovecotServer.Password}\n", cancellationToken)
            .ConfigureAwait(false);
        if (!IsRoot)
            return;
        for (string? at = directory; at is not null && at.Length > Path.GetTempPath().Length; at = Path.GetDirectoryName(at))
            File.SetUnixFileMode(at, File.GetUnixFileMode(at) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        using Process chown = Process.Start("chown", ["-R", string.Create(CultureInfo.InvariantCulture, $"{Nobody}:{Nobody}"), mail]);
        await chown.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (chown.ExitCode != 0)
            throw new MailSetUpException($"the mail in {mail} cannot be given to user {Nobody}");
    }

    /// <returns>The path of the configuration.</returns>
    public static string Write(string directory, string mail, int port)
    {
        string path = Path.Combine(directory, "dovecot.conf");
        string users = IsRoot ? "" : $"default_internal_user = {Environment.UserName}\ndefault_login_user = {Environment.UserName}\n";
        string owner = IsRoot ? string.Create(CultureInfo.InvariantCulture, $"uid={Nobody} gid={Nobody}") : $"uid={Environment.UserName} gid={Environment.UserName}";
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $$"""
            {{users}}base_dir = {{directory}}/run
            state_dir = {{directory}}/run
            log_path = {{directory}}/log
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            auth_mechanisms = plain
            first_valid_uid = 1
            mail_location = maildir:{{mail}}
            mail_fsync = never
            passdb {
              driver = passwd-file
              args = {{directory}}/users
            }
            userdb {
              driver = static
              args = {{owner}} home={{mail}}
            }
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{port}}
              }
              inet_listener imaps {
                port = 0
              }
            }

            """));
        return path;
    }
}
