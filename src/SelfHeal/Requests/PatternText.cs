namespace SelfHeal.Requests;

/// <summary>Reads a pattern's text: src/Recorder/pattern_text.c. The limits are checked by
/// <see cref="CompiledPattern"/>.</summary>
internal static class PatternText
{
    private const string SetSpecial = "[]^-\\";

    public static RequestPattern Parse(string source)
    {
        var text = new QuotedText(source);
        int length = 0;
        if (text.Take("length{>="))
        {
            length = text.TakeDecimal(10) is { } least && least <= 1_000_000_000 && text.Take("} ") ? (int)least
                : throw Refuse(source, "a length is length{>=n} with n up to 1000000000, then the elements");
        }

        var elements = new List<PatternElement>();
        do
        {
            elements.Add(Element(ref text, source));
        }
        while (text.Take(" "));

        return text.AtEnd && source.Length <= RequestPattern.MaximumText ? new RequestPattern(elements, length) : throw Refuse(
            source, text.AtEnd ? "it is longer than 4,096 bytes" : "there is something behind an element that is none: elements are separated by one space");
    }

    private static PatternElement Element(ref QuotedText text, string source) =>
        text.Next == '"' ? Fixed(ref text, source, 2048) : text.Take("number") ? Number(ref text, source)
        : text.Take("(") ? Group(ref text, source) : Set(ref text, source, 1024);

    private static FixedElement Fixed(ref QuotedText text, string source, int room) => text.TakeString(room) is { } bytes
        ? new FixedElement(bytes, text.Take("i"))
        : throw Refuse(source, $"fixed bytes are \"printable ASCII and \\n \\r \\t \\0 \\xHH \\\" \\\\\", 1 to {room}");

    private static SetElement Set(ref QuotedText text, string source, int largest)
    {
        if (text.Take("*"))
        {
            return PatternElement.Anything;
        }

        ByteSet set = text.Take("[") ? Class(ref text, source) : text.Take(".") ? ByteSet.All : throw Refuse(
            source, "an element is \"bytes\", \"bytes\"i, [set]{n,m}, .{n,m}, *, number{>=n,<=m} or (elements){n,m}");
        (int minimum, int? maximum) = Repeat(ref text, source, largest);
        return new SetElement(set, minimum, maximum);
    }

    private static ByteSet Class(ref QuotedText text, string source)
    {
        bool inverted = text.Take("^");
        var bytes = new List<byte>();
        while (!text.Take("]"))
        {
            byte low = text.TakeByte(SetSpecial)
                ?? throw Refuse(source, "a set is [bytes and a-z], with a backslash before [ ] ^ - and backslash");
            byte? high = text.Take("-") ? text.TakeByte(SetSpecial) : low;
            if (high is null || high < low)
            {
                throw Refuse(source, "a range of a set goes from a byte to one that is not smaller");
            }

            bytes.AddRange(Enumerable.Range(low, high.Value - low + 1).Select(value => (byte)value));
        }

        ByteSet set = ByteSet.Of(bytes);
        return bytes.Count == 0 ? throw Refuse(source, "a set has at least one byte") : inverted ? set.Inverted : set;
    }

    private static (int Minimum, int? Maximum) Repeat(ref QuotedText text, string source, int largest)
    {
        const string Form = "a repeat is {n}, {n,} or {n,m}, with n up to 1000000000";
        if (!text.Take("{"))
        {
            return (1, 1);
        }

        ulong low = text.TakeDecimal(10) is { } least && least <= 1_000_000_000 ? least : throw Refuse(source, Form);
        ulong? high = text.Take(",") ? text.TakeDecimal(10) : low;
        if (!text.Take("}"))
        {
            throw Refuse(source, Form);
        }

        return high is null || (high >= low && high >= 1 && high <= (ulong)largest) ? ((int)low, (int?)high)
            : throw Refuse(source, "the upper bound of a repeat is at least the lower one, 1 to 1024 for a byte, 1 to 62 for a group");
    }

    private static NumberElement Number(ref QuotedText text, string source)
    {
        const string Form = "a number is number, number{>=n}, number{<=n} or number{>=n,<=m}, up to 9223372036854775807";
        if (!text.Take("{"))
        {
            return new NumberElement(null, null);
        }

        long? low = text.Take(">=") ? Bound(ref text) ?? throw Refuse(source, Form) : null;
        long? high = low is null || text.Take(",")
            ? (text.Take("<=") ? Bound(ref text) : null) ?? throw Refuse(source, Form) : null;
        return text.Take("}") && (low ?? NumberElement.Smallest) <= (high ?? long.MaxValue) ? new NumberElement(low, high)
            : throw Refuse(source, Form);
    }

    private static long? Bound(ref QuotedText text)
    {
        bool negative = text.Take("-");
        return text.TakeDecimal(19) is { } value && value <= long.MaxValue ? negative ? -(long)value : (long)value : null;
    }

    private static GroupElement Group(ref QuotedText text, string source)
    {
        var members = new List<PatternElement>();
        do
        {
            members.Add(text.Next == '"' ? Fixed(ref text, source, 256) : Set(ref text, source, 1024));
        }
        while (text.Take(" "));

        if (!text.Take(")"))
        {
            throw Refuse(source, "a group is (elements){n,m}, without numbers or other groups in it");
        }

        (int minimum, int? maximum) = Repeat(ref text, source, 62);
        return new GroupElement(members, minimum, maximum);
    }

    private static FormatException Refuse(string source, string why) =>
        new($"\"{(source.Length <= 60 ? source : source[..60] + "...")}\" is no pattern: {why}.");
}
