using System.Globalization;

namespace SelfHeal.Requests;

/// <summary>A decimal number: a whole run of digits, with the '-' before it where it may be negative.</summary>
/// <param name="Low">The smallest; null: any.</param>
/// <param name="High">The largest; null: any. A number beyond 64 bits counts as <see cref="long.MaxValue"/>.</param>
public sealed record NumberElement(long? Low, long? High) : PatternElement
{
    /// <summary>The smallest bound; long.MinValue has no counterpart.</summary>
    public const long Smallest = -long.MaxValue;

    public override string ToString()
    {
        string low = Low is { } l ? string.Create(CultureInfo.InvariantCulture, $">={l}") : "";
        string high = High is { } h ? string.Create(CultureInfo.InvariantCulture, $"<={h}") : "";
        return low.Length + high.Length == 0 ? "number" : $"number{{{low}{(low.Length > 0 && high.Length > 0 ? "," : "")}{high}}}";
    }
}
