namespace SelfHeal.Terminals;

/// <summary>One line of a <see cref="TerminalScript"/>.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Text">What is typed or waited for.</param>
/// <param name="Limit">How long is waited.</param>
/// <param name="Rows">Of a size.</param>
/// <param name="Columns">Of a size.</param>
public sealed record TerminalStep(
    int Line, TerminalStepKind Kind, string Text = "", TimeSpan Limit = default, int Rows = 0, int Columns = 0);
