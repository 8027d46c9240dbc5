using System.Globalization;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>Reads and writes bytes as text between quotes, as a patch has them: src/Recorder/quoted.c.</summary>
internal ref struct QuotedText(string text)
{
    private readonly string _text = text;
    private int _at;

    public readonly bool AtEnd => _at == _text.Length;

    public readonly char Next => AtEnd ? '\0' : _text[_at];

    public bool Take(string expected)
    {
        if (!_text.AsSpan(_at).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    /// <returns>Null: there is no number, or one of more than <paramref name="digits"/> digits (at most 19).</returns>
    public ulong? TakeDecimal(int digits)
    {
        int start = _at;
        ulong value = 0;
        for (; !AtEnd && char.IsAsciiDigit(_text[_at]); _at++)
        {
            if (_at - start == digits)
            {
                return null;
            }

            value = (value * 10) + (ulong)(_text[_at] - '0');
        }

        return _at > start ? value : null;
    }

    /// <returns>Null: neither printable ASCII nor an escape.</returns>
    public byte? TakeByte(string special)
    {
        if (AtEnd)
        {
            return null;
        }

        char c = _text[_at++];
        return c == '\\' ? TakeEscape(special) : c is >= ' ' and <= '~' && !special.Contains(c) ? (byte)c : null;
    }

    /// <returns>Null: malformed, empty or longer than <paramref name="room"/> bytes.</returns>
    public byte[]? TakeString(int room)
    {
        if (!Take("\""))
        {
            return null;
        }

        var bytes = new List<byte>();
        while (!Take("\""))
        {
            if (bytes.Count == room || TakeByte("\"\\") is not { } value)
            {
                return null;
            }

            bytes.Add(value);
        }

        return bytes.Count > 0 ? [.. bytes] : null;
    }

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte value in bytes)
        {
            WriteByte(text, value, "\"\\");
        }

        return text.Append('"').ToString();
    }

    public static void WriteByte(StringBuilder text, byte value, string special) => _ = value switch
    {
        (byte)'\n' => text.Append("\\n"),
        (byte)'\r' => text.Append("\\r"),
        (byte)'\t' => text.Append("\\t"),
        0 => text.Append("\\0"),
        < (byte)' ' or > (byte)'~' => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
        _ when special.Contains((char)value) => text.Append('\\').Append((char)value),
        _ => text.Append((char)value),
    };

    private byte? TakeEscape(string special)
    {
        if (AtEnd)
        {
            return null;
        }

        char c = _text[_at++];
        switch (c)
        {
            case 'n': return (byte)'\n';
            case 'r': return (byte)'\r';
            case 't': return (byte)'\t';
            case '0': return 0;
            case 'x': break;
            default: return special.Contains(c) ? (byte)c : null;
        }

        if (_text.Length - _at < 2 || !IsHex(_text[_at]) || !IsHex(_text[_at + 1]))
        {
            return null;
        }

        _at += 2;
        return byte.Parse(_text.AsSpan(_at - 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f');
}
