using SelfHeal.Requests;

namespace SelfHeal.Patches;

/// <summary>What a dropped request is answered with: src/Recorder/patch_answer.c.</summary>
public sealed class DropAnswer : IEquatable<DropAnswer>
{
    public const int MaximumParts = 16;
    public const int MaximumBytes = 1024;
    public const int MaximumTag = 256;
    private const string Sequence = "{seq+1}", Tag = "{tag}";
    private readonly IReadOnlyList<(string? Placeholder, byte[] Bytes)> _parts;
    private readonly string _text;

    private DropAnswer(IReadOnlyList<(string? Placeholder, byte[] Bytes)> parts)
    {
        _parts = parts;
        _text = string.Join(' ', parts.Select(part => part.Placeholder ?? QuotedText.Write(part.Bytes)));
    }

    /// <summary>Reads <c>"bytes" {seq+1} {tag}</c>, one space between: fixed bytes, the sequence number of the request's
    /// last MySQL packet plus 1 (one byte), and the request's first word, an IMAP tag.</summary>
    /// <exception cref="FormatException">It is none, or longer than 16 parts or 1,024 bytes.</exception>
    public static DropAnswer Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new QuotedText(text);
        var parts = new List<(string?, byte[])>();
        int room = MaximumBytes;
        do
        {
            string? placeholder = reader.Take(Sequence) ? Sequence : reader.Take(Tag) ? Tag : null;
            byte[]? bytes = placeholder is null ? reader.TakeString(room) : [];
            if (bytes is null || parts.Count == MaximumParts)
            {
                throw Refuse(text);
            }

            parts.Add((placeholder, bytes));
            room -= bytes.Length;
        }
        while (reader.Take(" "));

        return reader.AtEnd ? new DropAnswer(parts) : throw Refuse(text);
    }

    /// <summary>The answer to one request.</summary>
    public byte[] For(ReadOnlySpan<byte> request)
    {
        var answer = new List<byte>();
        foreach ((string? placeholder, byte[] bytes) in _parts)
        {
            answer.AddRange(placeholder switch
            {
                null => bytes,
                Sequence => [(byte)(LastSequence(request) + 1)],
                _ => FirstWord(request),
            });
        }

        return [.. answer];
    }

    public bool Equals(DropAnswer? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as DropAnswer);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    private static byte[] FirstWord(ReadOnlySpan<byte> request)
    {
        ReadOnlySpan<byte> start = request[..Math.Min(request.Length, MaximumTag)];
        int end = start.IndexOfAny(" \r\n"u8);
        return (end < 0 ? start : start[..end]).ToArray();
    }

    private static byte LastSequence(ReadOnlySpan<byte> request)
    {
        byte sequence = 0;
        while (request.Length >= 4)
        {
            int length = request[0] | (request[1] << 8) | (request[2] << 16);
            sequence = request[3];
            if (length != 0xffffff || request.Length - 4 < length)
            {
                break;
            }

            request = request[(4 + length)..];
        }

        return sequence;
    }

    private static FormatException Refuse(string text) => new(
        $"\"{text}\" is no answer: it is \"bytes\", {Sequence} and {Tag}, one space between, at most {MaximumParts} parts and {MaximumBytes:N0} bytes.");
}
