using BuggyServers;
using BuggyServers.Mail;
using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>The bugs of the paper's Table 1, in its order, with its figures.</summary>
internal static class Bugs
{
    private const string Scheduler = "Scheduler", Ignore = "Ignore Req.", Pad = "Pad Mem.";
    private static readonly PaperRow Pine1 = new(6.1, 6.8, 2, 314, 13.2, Ignore, 55, 8.4) { PreventionLogged = 8.1 };

    public static IReadOnlyList<Bug> All { get; } =
    [
        new RaceBug("mysql-1", new(15.5, 15.9, 1, 116, 15.8, Scheduler, 186, 16.1) { PreventionLogged = 16.0 }),
        new RaceBug("mysql-2", new(7.8, 8.0, 1, 58, 8.0, Scheduler, 36, 8.5) { PreventionLogged = 8.0 }),
        new RaceBug("mysql-3", new(7.2, 7.4, 1, 59, 7.3, Scheduler, 138, 8.9) { PreventionLogged = 8.7 }),
        new SessionBug("mysql-4", "selfheal/mysql:none", new(7.9, 8.1, 2, 454, 15.2, Ignore, 284, 9.0) { PreventionLogged = 8.7 },
            (place, variant, directory) => Task.FromResult<ISession>(new MySqlSession(place, variant, directory, "none"))),
        Mail("pine-1 (Thai)", "selfheal/pine:pine-1", Pine1, MailReader.Alpine("pine-1"), MailMessage.Thai),
        Mail("pine-1 (quotes)", "selfheal/pine:pine-1", Pine1, MailReader.Alpine("pine-1"), MailMessage.Quotes),
        Mail("pine-2", "selfheal/pine:pine-2", new(4.3, 4.9, 2, 262, 9.0, Ignore, 2624, 6.2) { PreventionLogged = 6.1 },
            MailReader.Alpine("pine-2"), MailMessage.Piece),
        Mail("mutt-1", "selfheal/mutt:mutt-1", new(6.7, 7.9, 1, 197, 7.7, Pad, 11653, 9.2) { PreventionLogged = 9.0 }, MailReader.Mutt, null),
        Bc("bc-1", "more_arrays", new(6.5, 7.4, 1, 285, 7.4, Pad, 6555, 10.1) { PreventionLogged = 10.1 }, BcInputs.MoreArrays()),
        Bc("bc-2", "genstr", new(4.3, 4.5, 1, 190, 6.2, Pad, 533, 6.3) { PreventionLogged = 6.2 }, BcInputs.ManyParameters()),
    ];

    /// <summary>Those whose names begin so, in their order; none: all.</summary>
    public static IEnumerable<Bug> Selected(IReadOnlyList<string> names) =>
        All.Where(bug => names.Count == 0 || names.Any(name => name.Length > 0 && bug.Name.StartsWith(name, StringComparison.Ordinal)));

    private static SessionBug Mail(string name, string image, PaperRow paper, MailReader reader, MailMessage? message) => new(
        name, image, paper, (place, variant, directory) => MailReaderSession.PrepareAsync(place, variant, directory, reader, message));

    private static SessionBug Bc(string name, string build, PaperRow paper, string guilty) => new(
        name, "selfheal/bc:" + build, paper,
        (place, variant, directory) => Task.FromResult<ISession>(new BcSession(place, variant, directory, build, guilty)));
}
