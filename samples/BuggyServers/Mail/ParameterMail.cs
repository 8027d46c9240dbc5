using System.Globalization;

namespace BuggyServers.Mail;

/// <summary>Messages with parameters in pieces (RFC 2231): with a number of a piece that kills pine-2, and legal ones.</summary>
/// <param name="seed">The same messages for the same seed.</param>
/// <remarks>pine-2 adds the digits up in 32 bits and takes the sum for an index of pointers on the stack: one from 2^31 on is negative, and
/// all but the last two million are below the largest stack. It does so for parameters that it asks for when a message is viewed.</remarks>
public sealed class ParameterMail(int seed)
{
    private const long Wrap = 1L << 32, LeastIndex = 1L << 31, NearTop = 2_000_000;
    private static readonly string[] Charsets = ["utf-8", "iso-8859-1", "KOI8-R", "TIS-620", "x-unknown", "us-ascii'en'utf-8", "\"windows 1252\"", "\"a\\\"b\""];
    private static readonly string[] Further = ["reply-type=original", "x-mac-type=\"54455854\"", "lang=de", "x-note=\"a (b) *7* c\"", "x-size=123456", "x*0*=utf-8''%C3%BC; x*1=y"];
    private readonly Random _random = new(seed);
    private readonly DateTime _start = new(2008, 8, 1, 0, 0, 0, DateTimeKind.Utc);
    private int _made;

    /// <summary>Viewed, it kills.</summary>
    public MailMessage Bad() => Message(_random.Next(8) switch
    {
        0 => Single($"text/{TextType()}", $"{Name("charset")}*{Index()}{Star()}={Pick(Charsets)}"),
        1 => Single($"text/{TextType()}", $"charset*0*=utf-8; {Name("charset")}*{Index()}{Star()}={Pick(Charsets)}"),
        2 => Single("text/plain", $"{Name("format")}*{Index()}{Star()}=flowed"),
        3 => Single($"text/{TextType()}", $"{Name("name")}*{Index()}{Star()}={Word()}.txt"),
        4 => Single($"application/{Pick("pdf", "octet-stream", "vnd.ms-excel")}", $"{Name("name")}*{Index()}{Star()}=\"{Word()} {Word()}.bin\""),
        5 => Parts("mixed", "text/plain; charset=utf-8", $"application/pdf; {Name("name")}*{Index()}{Star()}={Word()}.pdf"),
        6 => Parts("mixed", $"text/{TextType()}; {Name("charset")}*{Index()}{Star()}={Pick(Charsets)}", $"image/png; name={Word()}.png"),
        _ => Parts("alternative", "text/plain; charset=utf-8", $"text/html; {Name("charset")}*{Index()}{Star()}={Pick(Charsets)}"),
    });

    /// <summary>With parameters as mail programs write them, and with text that looks like a bad one.</summary>
    public MailMessage Benign() => Message(_random.Next(11) switch
    {
        0 => Single("text/plain", "charset=utf-8; format=flowed; delsp=yes"),
        1 => Single($"text/{TextType()}", $"charset*0*=utf-8''ut; charset*1={Pick("f-8", "f-16")}"),
        2 => Single($"text/{TextType()}", $"charset*={Pick("us-ascii'en'utf-8", "utf-8''iso-8859-1")}"),
        3 => Single("application/pdf", $"name*0*=utf-8''%E2%82%AC%20{Word()}; name*1*=%20{Word()}; name*2={Word()}.pdf"),
        4 => Single("text/plain", $"charset=utf-8; name=\"{Word()}*{_random.NextInt64(Wrap)}*.txt\""),
        5 => Parts("mixed", "text/plain; charset=utf-8; format=flowed", $"application/pdf; name*0={Word()}; name*1=.pdf\nContent-Disposition: attachment; filename*0*=utf-8''{Word()}%20; filename*1={Word()}.pdf; size={_random.NextInt64(Wrap)}"),
        6 => Parts("alternative", "text/plain; format=flowed; charset=utf-8", "text/html; charset=\"utf-8\""),
        7 => Parts("mixed", $"text/plain; charset*0*=utf-8''; charset*1*=utf-8", $"image/png; name=\"{Word()}.png\"\nContent-Disposition: inline; filename=\"{Word()}.png\""),
        8 => Single("text/plain", $"{Pick(Further)}; charset={Pick(Charsets)}"),
        9 => Parts("mixed", "text/plain; charset=iso-8859-1", $"application/octet-stream; name=\"{Word()}.doc\""),
        _ => Single("text/html", $"charset={Pick(Charsets)}; name={Word()}"),
    });

    private (string Type, string Body) Single(string type, string parameter)
    {
        string[] all = [.. Enumerable.Range(0, _random.Next(2)).Select(_ => Pick(Further)), parameter, .. Enumerable.Range(0, _random.Next(2)).Select(_ => Pick(Further))];
        return ($"{type};{Pick(" ", "\n ", "\n\t")}{string.Join($";{Pick(" ", "\n ", "")}", all)}", $"{Word()} {Word()}\n");
    }

    private (string Type, string Body) Parts(string kind, params string[] types)
    {
        string boundary = $"=_{Word()}_{_random.NextInt64(Wrap)}";
        string parts = string.Concat(types.Select(type => $"--{boundary}\nContent-Type: {type}\n\n{Word()} {Word()}\n"));
        return ($"multipart/{kind}; boundary=\"{boundary}\"", $"{parts}--{boundary}--\n");
    }

    private MailMessage Message((string Type, string Body) content)
    {
        DateTime date = _start.AddMinutes(++_made);
        MailMessage other = Mailbox.Generate(1, seed + _made).Messages[0];
        return other with { Date = date, ContentType = content.Type, Body = content.Body, Subject = _random.Next(20) == 0 ? $"charset*{Index()}*=utf-8" : other.Subject };
    }

    private string Index()
    {
        long index = _random.NextInt64(LeastIndex, Wrap - NearTop) + (Wrap * _random.Next(3));
        return new string('0', _random.Next(3)) + index.ToString(CultureInfo.InvariantCulture);
    }

    private string TextType() => Pick("plain", "html", "enriched", "x-foo", "x.web");

    private string Name(string name) => Pick(name, name.ToUpperInvariant(), char.ToUpperInvariant(name[0]) + name[1..]);

    private string Star() => Pick("*", "");

    private string Word() => string.Concat(Enumerable.Range(0, _random.Next(1, 12)).Select(_ => (char)('a' + _random.Next(26))));

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
