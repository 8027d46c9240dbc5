using SelfHeal.Terminals;

namespace BuggyServers.Mail;

/// <summary>Screens of one session, which another session has to show again.</summary>
public sealed class ScreenLog
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);
    private readonly List<string> _screens = [];
    private int _next = -1; // of the session that compares

    public IReadOnlyList<string> Screens => _screens;

    /// <summary>From here on, screens are compared, from the first on.</summary>
    public void Compare() => _next = 0;

    /// <summary>Keeps the screen once nothing is drawn on it any more; or waits until it is the same as the one kept.</summary>
    /// <param name="session">On the terminal.</param>
    /// <param name="varies">What is another text in each session, as the server's port.</param>
    /// <exception cref="TerminalException">It never is.</exception>
    public async Task TakeAsync(MailSession session, string varies, CancellationToken cancellationToken)
    {
        string Shown(TerminalScreen screen) => screen.ToString().Replace(varies, new string('#', varies.Length), StringComparison.Ordinal);
        if (_next >= 0)
        {
            string wanted = _screens[_next++];
            await session.Terminal.WaitForAsync(screen => Shown(screen) == wanted, $"this screen:\n{wanted}\n", MailSession.Limit, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (bool changed = true; changed;)
        {
            string before = Shown(session.Terminal.Screen);
            try
            {
                await session.Terminal.WaitForAsync(screen => Shown(screen) != before, "a change", Quiet, cancellationToken).ConfigureAwait(false);
            }
            catch (TerminalException) // none came
            {
                changed = false;
                _screens.Add(before);
            }
        }
    }
}
