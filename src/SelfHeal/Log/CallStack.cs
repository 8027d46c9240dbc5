namespace SelfHeal.Log;

/// <summary>A call stack as absolute addresses, innermost first.</summary>
/// <param name="Addresses">[0] of an access is a pc; all others are return addresses.</param>
/// <param name="Truncated">Deeper frames exist.</param>
public sealed record CallStack(IReadOnlyList<ulong> Addresses, bool Truncated)
{
    public static CallStack Empty { get; } = new([], Truncated: false);
}
