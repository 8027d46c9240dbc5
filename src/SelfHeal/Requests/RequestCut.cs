namespace SelfHeal.Requests;

/// <summary>The answer of an <see cref="IRequestCutter"/>.</summary>
/// <param name="Kind">Whether the request ends.</param>
/// <param name="Bytes">Complete: its length. More: at least so many more bytes are needed, at least 1. Malformed: where
/// it was seen.</param>
public readonly record struct RequestCut(RequestCutKind Kind, long Bytes);
