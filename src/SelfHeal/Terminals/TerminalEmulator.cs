using System.Text;

namespace SelfHeal.Terminals;

/// <summary>A screen of characters that understands what programs write to a VT100 or xterm, as far as editors, pagers and
/// mail readers use it. Colours and other attributes, titles and mouse modes are read and ignored. Never throws for what is
/// written, and what it takes is bounded. Not for use by several threads at once.</summary>
public sealed class TerminalEmulator
{
    /// <summary>Rows and columns are at least 1 and at most this.</summary>
    public const int LargestSize = 1000;

    private readonly TerminalParser _parser;
    private readonly ScreenActions _actions;

    /// <param name="rows">Height, 1 to 1000.</param>
    /// <param name="columns">Width, 1 to 1000.</param>
    /// <param name="answer">Gets the bytes that a terminal sends back when it is asked for its kind or its cursor.</param>
    public TerminalEmulator(int rows, int columns, Action<byte[]>? answer = null)
    {
        CheckSize(rows, columns);
        _actions = new ScreenActions(rows, columns, text => answer?.Invoke(Encoding.ASCII.GetBytes(text)));
        _parser = new TerminalParser(_actions);
    }

    /// <summary>What is seen now.</summary>
    public TerminalScreen Screen => _actions.Snapshot();

    /// <summary>Takes what a program wrote; it may be cut anywhere.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _parser.Write(bytes);

    /// <summary>Another size. Where rows go away they do so at the top, so that the cursor's row stays.</summary>
    public void Resize(int rows, int columns)
    {
        CheckSize(rows, columns);
        _actions.Resize(rows, columns);
    }

    internal static void CheckSize(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows, Math.Clamp(rows, 1, LargestSize));
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns, Math.Clamp(columns, 1, LargestSize));
    }
}
