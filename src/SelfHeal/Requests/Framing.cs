using System.Globalization;

namespace SelfHeal.Requests;

/// <summary>A framing that a patch can hold: docs/patch-format.md. The same as src/Recorder/framing.c, byte for
/// byte.</summary>
public sealed class Framing : IFraming, IEquatable<Framing>
{
    /// <summary>Bytes; a request that claims to be longer is malformed.</summary>
    public const long MaximumRequest = 1L << 40;
    public const int MaximumDelimiter = 32;
    public const int MaximumOffset = 65_535;
    public const int MaximumExtra = 65_536;

    private Framing(FramingKind kind, string description) => (Kind, Description) = (kind, description);

    /// <summary>What one read gave.</summary>
    public static Framing Raw { get; } = new(FramingKind.Raw, "raw");

    /// <summary>Through LF.</summary>
    public static Framing Line { get; } = new(FramingKind.Line, "line");

    /// <summary>MySQL packets: three bytes length, one byte sequence number; one of 0xffffff bytes continues.</summary>
    public static Framing Mysql { get; } = new(FramingKind.Mysql, "mysql");

    /// <summary>A message, from its "From " line up to the next one that follows an empty line.</summary>
    public static Framing Mbox { get; } = new(FramingKind.Mbox, "mbox");

    /// <summary>A line of IMAP, command or response, with its literals.</summary>
    public static Framing Imap { get; } = new(FramingKind.Imap, "imap");

    /// <summary>A request of HTTP/1.x: head and body, by Content-Length or in chunks with trailers.</summary>
    public static Framing Http { get; } = new(FramingKind.Http, "http");

    /// <summary>A value of redis's protocol with all that is nested in it, or an inline command.</summary>
    public static Framing Resp { get; } = new(FramingKind.Resp, "resp");

    public FramingKind Kind { get; }

    /// <summary>The text in a patch, on the command line and for <see cref="Parse"/>.</summary>
    public string Description { get; }

    internal ReadOnlyMemory<byte> DelimiterBytes { get; private init; }

    internal int Offset { get; private init; }

    internal int Size { get; private init; }

    internal int Extra { get; private init; }

    internal bool BigEndian { get; private init; }

    /// <param name="bytes">1 to 32 bytes that end each request.</param>
    /// <exception cref="ArgumentException">None, or too many.</exception>
    public static Framing Delimiter(ReadOnlySpan<byte> bytes) => bytes.Length is 0 or > MaximumDelimiter
        ? throw new ArgumentException($"A delimiter has 1 to {MaximumDelimiter} bytes, not {bytes.Length}.", nameof(bytes))
        : new(FramingKind.Delimiter, $"delimiter {QuotedText.Write(bytes)}") { DelimiterBytes = bytes.ToArray() };

    /// <param name="offset">Bytes before the length field, 0 to 65,535.</param>
    /// <param name="size">Bytes of the field, 1 to 8.</param>
    /// <param name="bigEndian">Its most significant byte comes first.</param>
    /// <param name="extra">What the whole request has more than the field says, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static Framing Length(int offset, int size, bool bigEndian, int extra)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, MaximumOffset);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(extra, -MaximumExtra);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(extra, MaximumExtra);
        return new(FramingKind.Length, string.Create(
            CultureInfo.InvariantCulture, $"length {offset} {size} {(bigEndian ? "big" : "little")} {extra}"))
        {
            Offset = offset,
            Size = size,
            Extra = extra,
            BigEndian = bigEndian,
        };
    }

    /// <summary>Reads a description: <c>raw</c>, <c>line</c>, <c>delimiter "\r\n"</c>, <c>length 0 3 little 4</c>,
    /// <c>mysql</c>, <c>mbox</c>, <c>imap</c>, <c>http</c> or <c>resp</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Framing Parse(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        var text = new QuotedText(description);
        if (text.Take("delimiter "))
        {
            return text.TakeString(MaximumDelimiter) is { } bytes && text.AtEnd ? Delimiter(bytes)
                : throw new FormatException($"\"{description}\" is no framing: a delimiter is 1 to {MaximumDelimiter} bytes, as in delimiter \"\\r\\n\".");
        }

        if (text.Take("length "))
        {
            return ParseLength(ref text) ?? throw new FormatException(
                $"\"{description}\" is no framing: it is length OFFSET SIZE little|big EXTRA, with OFFSET up to {MaximumOffset}, SIZE 1 to 8 and EXTRA -{MaximumExtra} to {MaximumExtra}.");
        }

        return new[] { Raw, Line, Mysql, Mbox, Imap, Http, Resp }.FirstOrDefault(framing => framing.Description == description)
            ?? throw new FormatException(
                $"\"{description}\" is no framing: there are raw, line, delimiter \"...\", length OFFSET SIZE little|big EXTRA, mysql, mbox, imap, http and resp.");
    }

    public IRequestCutter Begin() => new FramingCutter(this);

    public bool Equals(Framing? other) => other is not null && Kind == other.Kind && Description == other.Description;

    public override bool Equals(object? obj) => Equals(obj as Framing);

    public override int GetHashCode() => Description.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Description;

    private static Framing? ParseLength(ref QuotedText text)
    {
        if (text.TakeDecimal(5) is not { } offset || offset > MaximumOffset || !text.Take(" ")
            || text.TakeDecimal(1) is not { } size || size is < 1 or > 8)
        {
            return null;
        }

        bool big = text.Take(" big ");
        if (!big && !text.Take(" little "))
        {
            return null;
        }

        bool negative = text.Take("-");
        return text.TakeDecimal(5) is { } extra && extra <= MaximumExtra && text.AtEnd
            ? Length((int)offset, (int)size, big, negative ? -(int)extra : (int)extra) : null;
    }
}
