using System.Collections;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>A set of byte values.</summary>
public readonly record struct ByteSet : IEnumerable<byte>
{
    private readonly UInt128 _low, _high;

    private ByteSet(UInt128 low, UInt128 high) => (_low, _high) = (low, high);

    /// <summary>All 256.</summary>
    public static ByteSet All { get; } = new(UInt128.MaxValue, UInt128.MaxValue);

    public static ByteSet Of(IEnumerable<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        UInt128 low = 0, high = 0;
        foreach (byte value in bytes)
        {
            low |= value < 128 ? UInt128.One << value : 0;
            high |= value >= 128 ? UInt128.One << (value - 128) : 0;
        }

        return new ByteSet(low, high);
    }

    /// <param name="first">The smallest.</param>
    /// <param name="last">The largest.</param>
    public static ByteSet Range(char first, char last) => Of(Enumerable.Range(first, last - first + 1).Select(value => (byte)value));

    public int Count => (int)(UInt128.PopCount(_low) + UInt128.PopCount(_high));

    public ByteSet Inverted => new(~_low, ~_high);

    public bool Contains(byte value) => ((value < 128 ? _low >> value : _high >> (value - 128)) & 1) != 0;

    public ByteSet Union(ByteSet other) => new(_low | other._low, _high | other._high);

    public ByteSet Except(ByteSet other) => new(_low & ~other._low, _high & ~other._high);

    public IEnumerator<byte> GetEnumerator()
    {
        for (int value = 0; value < 256; value++)
        {
            if (Contains((byte)value))
            {
                yield return (byte)value;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As a pattern has it: <c>.</c>, <c>[a-z]</c> or <c>[^\n]</c>, whichever of the last two has fewer bytes to name.</summary>
    public override string ToString()
    {
        if (Count == 256)
        {
            return ".";
        }

        bool inverted = Count > 128;
        ByteSet named = inverted ? Inverted : this;
        var text = new StringBuilder(inverted ? "[^" : "[");
        for (int value = 0; value < 256; value++)
        {
            int first = value;
            while (value < 256 && named.Contains((byte)value))
            {
                value++;
            }

            Append(text, first, value - 1);
        }

        return text.Append(']').ToString();
    }

    private static void Append(StringBuilder text, int first, int last)
    {
        if (last < first)
        {
            return;
        }

        QuotedText.WriteByte(text, (byte)first, "[]^-\\");
        if (last > first)
        {
            if (last > first + 1)
            {
                text.Append('-');
            }

            QuotedText.WriteByte(text, (byte)last, "[]^-\\");
        }
    }
}
