namespace SelfHeal.Requests;

/// <summary>An element of a pattern: a <see cref="FixedElement"/>, <see cref="SetElement"/>,
/// <see cref="NumberElement"/> or <see cref="GroupElement"/>. Its text is that of docs/patch-format.md.</summary>
public abstract record PatternElement
{
    /// <summary>Any bytes, or none.</summary>
    public static SetElement Anything { get; } = new(ByteSet.All, 0, null);

    /// <summary>Repeats as text: nothing for once.</summary>
    internal static string Repeat(int minimum, int? maximum) => (minimum, maximum) switch
    {
        (1, 1) => "",
        (_, null) => FormattableString.Invariant($"{{{minimum},}}"),
        _ when minimum == maximum => FormattableString.Invariant($"{{{minimum}}}"),
        _ => FormattableString.Invariant($"{{{minimum},{maximum}}}"),
    };
}
