using System.Text;

namespace SelfHeal.Requests;

/// <summary>Guesses from recorded bytes how input is cut into requests.</summary>
public static class FramingDetector
{
    private static readonly string[] ImapWords =
    [
        "OK", "NO", "BAD", "BYE", "PREAUTH", "CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "AUTHENTICATE", "LOGIN", "SELECT", "EXAMINE",
        "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB", "STATUS", "APPEND", "CHECK", "CLOSE", "EXPUNGE", "SEARCH",
        "FETCH", "STORE", "COPY", "UID", "IDLE", "NAMESPACE", "ENABLE", "ID", "MOVE", "UNSELECT",
    ];

    /// <summary>From the most specific to the most general: what each requires of the requests that it cuts.</summary>
    private static readonly (Framing Framing, Func<IReadOnlyList<Request>, bool> Fits)[] Known =
    [
        (Framing.Mbox, _ => true),
        (Framing.Http, requests => requests.All(request => Has(FirstLine(request), " HTTP/1."))),
        (Framing.Imap, requests => requests.Count(IsImap) * 2 >= requests.Count && IsImap(requests[0])),
        (Framing.Resp, requests => requests.Any(request => request.Bytes.Span[0] == '*') && requests.All(IsResp)),
        (Framing.Mysql, requests => requests.All(request => request.Bytes.Length > 4) && requests.Count > 1),
        (Framing.Line, IsText),
    ];

    /// <summary>The most specific framing that cuts all of the input, nothing malformed. The last request of a stream
    /// may be unfinished.</summary>
    /// <param name="streams">All input of each descriptor or connection.</param>
    /// <returns>Null: none does; <see cref="Framing.Raw"/> is what remains.</returns>
    public static Framing? Detect(IReadOnlyCollection<ReadOnlyMemory<byte>> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        foreach ((Framing framing, Func<IReadOnlyList<Request>, bool> fits) in Known)
        {
            List<IReadOnlyList<Request>> cut = [.. streams.Where(stream => stream.Length > 0).Select(stream => RequestSplitter.Split(framing, stream, ended: false))];
            if (cut.Count > 0 && cut.All(requests => requests.All(request => request.Kind != RequestCutKind.Malformed)
                    && (framing.Kind == FramingKind.Mbox || requests[0].Kind == RequestCutKind.Complete) && fits(requests)))
            {
                // a short prefix of another kind may look like a packet of MySQL
                return (framing.Kind == FramingKind.Mysql ? LengthDetector.Detect(streams, more: cut.Sum(requests => requests.Count)) : null) ?? framing;
            }
        }

        return LengthDetector.Detect(streams);
    }

    private static string FirstLine(Request request)
    {
        ReadOnlySpan<byte> bytes = request.Bytes.Span.TrimStart("\r\n"u8);
        int end = bytes.IndexOf((byte)'\n');
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>"* OK ...", "+ ...", "a1 LOGIN ..." with CRLF at its end.</summary>
    private static bool IsImap(Request request)
    {
        if (request.Kind == RequestCutKind.Complete && !request.Bytes.Span.EndsWith("\r\n"u8))
        {
            return false;
        }

        string[] words = FirstLine(request).TrimEnd('\r').Split(' ');
        return words[0] is "*" or "+"
            ? words.Length > 1 : words.Length > 1 && words[0].Length > 0 && words[0].All(char.IsAsciiLetterOrDigit)
                && words[0].Any(char.IsAsciiDigit) && ImapWords.Contains(words[1], StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsResp(Request request) =>
        "*$+-:_,#!=(%~|>"u8.Contains(request.Bytes.Span[0]) || char.IsAsciiLetter((char)request.Bytes.Span[0]);

    private static bool IsText(IReadOnlyList<Request> requests) => requests.All(request => !request.Bytes.Span.Contains((byte)0));

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
