namespace SelfHeal.Reports.Timelines;

/// <summary>One line of a timeline.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Thread">Number of the thread; null: of several, or of none.</param>
/// <param name="Text">What it does, in words.</param>
/// <param name="Where">Function and line; empty: not known.</param>
/// <param name="IsHeld">A hold keeps the thread from being switched out.</param>
/// <param name="Role">1: the operation that has to be first, 2: the one that must not be before it, 0: another one.</param>
public sealed record TimelineStep(TimelineStepKind Kind, int? Thread, string Text, string Where = "", bool IsHeld = false, int Role = 0);
