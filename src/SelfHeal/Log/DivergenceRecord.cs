namespace SelfHeal.Log;

/// <summary>The first difference between the log and what the program did in a replay.</summary>
/// <param name="Event">Index of the event.</param>
/// <param name="LoggedCall">Event code in the log, -1 when the log ended.</param>
/// <param name="ActualCall">Event code of what the program did.</param>
/// <param name="ActualArguments">Its six arguments.</param>
/// <param name="Text">One sentence with both sides.</param>
/// <param name="Stack">Where the program did it.</param>
/// <param name="Thread">Number of the thread that did it, from 0.</param>
public sealed record DivergenceRecord(
    long Event, int LoggedCall, int ActualCall, IReadOnlyList<ulong> ActualArguments, string Text, CallStack Stack,
    int Thread = 0);
