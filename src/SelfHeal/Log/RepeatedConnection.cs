namespace SelfHeal.Log;

/// <summary>A client of a log, once more.</summary>
/// <param name="Accept">Index of the event that gave it its descriptor.</param>
/// <param name="Inputs">Indexes of the events that read from it, and their input: null: their own; empty: it is left out.</param>
internal readonly record struct RepeatedConnection(long Accept, IReadOnlyList<(long Event, ReadOnlyMemory<byte>? Input)> Inputs);
