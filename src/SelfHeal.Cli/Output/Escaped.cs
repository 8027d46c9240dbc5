using System.Globalization;
using System.Text;

namespace SelfHeal.Cli.Output;

/// <summary>Bytes as a C string literal, so that any input can be shown on one line.</summary>
internal static class Escaped
{
    public static string Text(ReadOnlySpan<byte> bytes, int limit = 60)
    {
        StringBuilder text = new("\"");
        foreach (byte b in bytes[..Math.Min(bytes.Length, limit)])
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                >= 32 and < 127 => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append('"').Append(bytes.Length > limit ? "..." : "").ToString();
    }

    /// <summary>A command line that a shell reads back as these words.</summary>
    public static string Shell(IEnumerable<string> words) => string.Join(' ', words.Select(Word));

    public static string Word(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_./:=@%+,-".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
