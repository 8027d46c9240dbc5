using BuggyServers.MySql;

namespace BuggyServers.Mail;

/// <summary>What `make servers-mail` makes, as absolute paths.</summary>
public static class MailBuilds
{
    public const string Build = "make servers-mail";

    /// <param name="bug">mutt-1, or none.</param>
    /// <exception cref="MailSetUpException">It was not built.</exception>
    public static string Mutt(string bug) => Existing($"build/servers/{(bug == "none" ? "mutt-none" : bug)}/bin/mutt");

    /// <param name="bug">pine-1, pine-2, or none.</param>
    /// <exception cref="MailSetUpException">It was not built.</exception>
    public static string Alpine(string bug) => Existing($"build/servers/{(bug == "none" ? "pine-none" : bug)}/bin/alpine");

    private static string Existing(string path)
    {
        string full = Path.Combine(MySqlBuilds.Here.Root, path);
        return File.Exists(full) ? full : throw new MailSetUpException($"{full} does not exist; `{Build}` builds it");
    }
}
