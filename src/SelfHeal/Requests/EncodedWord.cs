using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SelfHeal.Requests;

/// <summary>Words of mail headers that are encoded (RFC 2047): the same bytes in the other of the two encodings.</summary>
internal static partial class EncodedWord
{
    /// <summary>The request with its encoded words in the other encoding; none if it has none.</summary>
    public static IEnumerable<byte[]> Alternatives(byte[] request)
    {
        string text = Encoding.Latin1.GetString(request);
        string other = Word().Replace(text, word => Other(word) ?? word.Value);
        return other == text ? [] : [Encoding.Latin1.GetBytes(other)];
    }

    private static string? Other(Match word)
    {
        string encoded = word.Groups[3].Value;
        if (word.Groups[2].Value is "Q" or "q")
        {
            return $"=?{word.Groups[1].Value}?B?{Convert.ToBase64String(Decode(encoded))}?=";
        }

        string bare = encoded.TrimEnd('=');
        string whole = bare.PadRight((bare.Length + 3) / 4 * 4, 'A');
        try
        {
            byte[] bytes = Convert.FromBase64String(whole);
            return bytes.Length == 0 ? null
                : $"=?{word.Groups[1].Value}?Q?{string.Concat(bytes.Select(value => string.Create(CultureInfo.InvariantCulture, $"={value:X2}")))}?=";
        }
        catch (FormatException)
        {
            return null; // no base64 after all
        }
    }

    private static byte[] Decode(string quoted)
    {
        string plain = Escape().Replace(quoted.Replace('_', ' '), match =>
            ((char)int.Parse(match.ValueSpan[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());
        return Encoding.Latin1.GetBytes(plain);
    }

    [GeneratedRegex(@"=\?([A-Za-z0-9_*.-]*)\?([BbQq])\?([^?\s]*)\?=", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("=[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
