using System.Globalization;
using System.Text;

namespace SelfHeal.Requests;

/// <summary>What a framing puts around the content of a request: while the content is changed, lengths stay right, and what the
/// request is about.</summary>
internal sealed class RequestEnvelope
{
    private readonly Framing _framing;
    private readonly byte[] _head; // in front of the content; its length field is written anew
    private readonly bool _ended;

    public RequestEnvelope(Framing framing, ReadOnlyMemory<byte> request)
    {
        _framing = framing;
        _ended = framing.Kind == FramingKind.Mbox;
        int size = framing.Kind switch
        {
            FramingKind.Mysql when request.Length > 4 && request.Length < 4 + 0xffffff => 4,
            FramingKind.Length when request.Length > framing.Offset + framing.Size => framing.Offset + framing.Size,
            FramingKind.Imap => MessageNumber(request.Span),
            _ => 0,
        };
        _head = request[..size].ToArray();
        Content = request[size..];
    }

    /// <summary>What may be changed.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What a pattern of the content needs in front to match whole requests.</summary>
    public PatternPart? Prefix => _head.Length == 0 ? null : _framing.Kind == FramingKind.Mysql
        ? PatternPart.Of([new SetElement(ByteSet.All, 3, 3), new FixedElement(_head.AsMemory(3))])
        : _framing.Kind == FramingKind.Imap
        ? PatternPart.Of([new FixedElement("* "), new NumberElement(0, null), new FixedElement(" ")], [new FixedElement(_head)])
        : PatternPart.Of(
        [
            .. _framing.Offset > 0 ? (PatternElement[])[new FixedElement(_head.AsMemory(0, _framing.Offset))] : [],
            new SetElement(ByteSet.All, _framing.Size, _framing.Size),
        ]);

    /// <summary>The request with this content; null: the framing would not cut it as one request.</summary>
    public ReadOnlyMemory<byte>? Wrap(ReadOnlyMemory<byte> content)
    {
        byte[]? whole = _framing.Kind switch
        {
            FramingKind.Mysql when _head.Length > 0 => WithLength(content, 0, 3, bigEndian: false, 4),
            FramingKind.Length when _head.Length > 0 => WithLength(content, _framing.Offset, _framing.Size, _framing.BigEndian, _framing.Extra),
            FramingKind.Imap when _head.Length > 0 => [.. _head, .. content.Span],
            FramingKind.Http => WithContentLength(content.ToArray()),
            FramingKind.Resp => WithRespLengths(content.Span),
            _ => content.ToArray(),
        };
        return whole is { Length: > 0 } && (_framing.Kind == FramingKind.Raw || IsOne(whole))
            ? new ReadOnlyMemory<byte>(whole) : default(ReadOnlyMemory<byte>?); // a null array would be an empty one
    }

    /// <summary>"* 12 " of what an IMAP server says of a message: whichever it is. 0: it is something else.</summary>
    private static int MessageNumber(ReadOnlySpan<byte> request)
    {
        int digits = request.StartsWith("* "u8) ? request[2..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') : 0;
        return digits > 0 && request[2 + digits] == ' ' ? digits + 3 : 0;
    }

    private bool IsOne(byte[] whole) =>
        RequestSplitter.Split(_framing, whole, _ended) is [{ Kind: RequestCutKind.Complete }];

    private byte[]? WithLength(ReadOnlyMemory<byte> content, int offset, int size, bool bigEndian, int extra)
    {
        byte[] whole = [.. _head, .. content.Span];
        long value = whole.Length - extra;
        if (content.Length == 0 || value < 0 || (size < 8 && value >> (8 * size) != 0))
        {
            return null;
        }

        for (int i = 0; i < size; i++)
        {
            whole[offset + (bigEndian ? size - 1 - i : i)] = (byte)(value >> (8 * i));
        }

        return whole;
    }

    private static byte[] WithContentLength(byte[] request)
    {
        string text = Encoding.Latin1.GetString(request);
        int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        int field = text.IndexOf("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase);
        if (head < 0 || field < 0 || field >= head)
        {
            return request;
        }

        int end = text.IndexOf("\r\n", field + 2, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{text[..field]}\r\nContent-Length: {request.Length - head - 4}{text[end..]}"));
    }

    /// <summary>"*N" and each "$N" of an array of strings, or of one string, say again how much follows.</summary>
    private static byte[] WithRespLengths(ReadOnlySpan<byte> request)
    {
        string text = Encoding.Latin1.GetString(request);
        bool array = text.StartsWith('*');
        int start = array ? text.IndexOf("\r\n$", StringComparison.Ordinal) + 2 : 0;
        if (start >= text.Length || text[start] != '$' || !text.EndsWith("\r\n", StringComparison.Ordinal))
        {
            return request.ToArray();
        }

        string[] parts = text[(start + 1)..^2].Split("\r\n$");
        var whole = new StringBuilder(array ? string.Create(CultureInfo.InvariantCulture, $"*{parts.Length}\r\n") : "");
        foreach (string part in parts)
        {
            int end = part.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                return request.ToArray();
            }

            whole.Append(CultureInfo.InvariantCulture, $"${part.Length - end - 2}\r\n").Append(part, end + 2, part.Length - end - 2).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(whole.ToString());
    }
}
