namespace SelfHeal.Requests;

/// <summary>Kinds of framings that a patch can hold, in the order of the recorder's.</summary>
public enum FramingKind
{
    /// <summary>What one read gave.</summary>
    Raw,

    /// <summary>Through LF.</summary>
    Line,

    /// <summary>Through the delimiter.</summary>
    Delimiter,

    /// <summary>A length field says how long.</summary>
    Length,

    /// <summary>MySQL packets; one of 0xffffff bytes continues.</summary>
    Mysql,

    /// <summary>A message, from its "From " line (RFC 4155).</summary>
    Mbox,

    /// <summary>A line with its literals (RFC 9051).</summary>
    Imap,

    /// <summary>A request of HTTP/1.x with its body (RFC 9112).</summary>
    Http,

    /// <summary>A value of redis's protocol, or an inline command.</summary>
    Resp,
}
