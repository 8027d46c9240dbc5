namespace SelfHeal.Log;

/// <summary>A thread execution interval (TEI): events that one thread did without being scheduled out.</summary>
/// <param name="Thread">Number of the thread, from 0.</param>
/// <param name="FirstEvent">Index of its first event.</param>
/// <param name="Count">Number of events.</param>
public sealed record Interval(int Thread, long FirstEvent, long Count);
