namespace SelfHeal.Terminals;

/// <summary>A terminal could not be used, or what was waited for did not come. The message shows the screen.</summary>
public sealed class TerminalException : SelfHealException
{
    public TerminalException(string message, TerminalScreen? screen = null, Exception? inner = null)
        : base(screen is null ? message : $"{message} The screen shows:\n{(screen.ToString() is { Length: > 0 } text ? text : "  (nothing)\n")}", inner!) =>
        Screen = screen;

    /// <summary>What was on the screen then; null where there was no terminal.</summary>
    public TerminalScreen? Screen { get; }
}
