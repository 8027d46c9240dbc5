using System.Globalization;
using System.Text;

namespace BuggyServers.Mail;

/// <summary>A message as it is sent: headers of ASCII, and a body. Those that bring a bug out are here.</summary>
/// <param name="From">The header's value, encoded.</param>
/// <param name="Subject">The header's value, encoded.</param>
/// <param name="Date">In UTC.</param>
/// <param name="ContentType">The header's value.</param>
/// <param name="Body">Lines end with LF.</param>
public sealed record MailMessage(string From, string Subject, DateTime Date, string ContentType, string Body)
{
    private const string Plain = "text/plain; charset=utf-8";
    private static readonly DateTime Noon = new(2008, 7, 28, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>pine-1: a name of 1003 Thai bytes is three times as long in UTF-8, so that doubling the block does not help. Two
    /// addresses are needed. Alpine 2.26 without our patch cuts the name off, and writes one NUL behind its block: an open bug,
    /// by which it dies where the block has no slack. It has 8 bytes of slack here, and none with 1000 Thai bytes.</summary>
    public static MailMessage Thai => InThai(1003, 0xA1);

    /// <summary>pine-1 as it was reported, CVE-2002-1320: each of 100 quotes is quoted.</summary>
    public static MailMessage Quotes => Quoted(100, "example.org");

    /// <summary>pine-2: the number of a parameter's piece is an index.</summary>
    public static MailMessage Piece => new(
        "Eve <eve@example.org>", "A parameter in pieces", Noon, "text/plain; charset*3000000000*=utf-8", "pieces\n");

    /// <summary>A name of so many times the same letter of TIS-620.</summary>
    public static MailMessage InThai(int letters, byte letter) => new(
        $"=?TIS-620?B?{Convert.ToBase64String([.. Enumerable.Repeat(letter, letters)])}?= <mm@x.org>, b@yy.org", "A long name", Noon, Plain, "Thai\n");

    /// <summary>A mailbox of so many quotes at a host.</summary>
    public static MailMessage Quoted(int quotes, string host) => new(
        $"\"{string.Concat(Enumerable.Repeat("\\\"", quotes))}\"@{host}", "Many quotes", Noon, Plain, "quotes\n");

    /// <summary>One of those above, by its name: tests are told apart by it.</summary>
    public static MailMessage Guilty(string name) => name switch
    {
        nameof(Thai) => Thai,
        nameof(Quotes) => Quotes,
        nameof(Piece) => Piece,
        _ => throw new ArgumentException($"there is no message {name}", nameof(name)),
    };

    /// <summary>With CR LF, as it is on the wire and in a maildir.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"From: {From}\nTo: me@example.org\nSubject: {Subject}\nDate: {Date:ddd, dd MMM yyyy HH:mm:ss} +0000\nMessage-ID: <{Date.Ticks}@example.org>\n"
        + $"MIME-Version: 1.0\nContent-Type: {ContentType}\nContent-Transfer-Encoding: 8bit\n\n{Body}").Replace("\n", "\r\n", StringComparison.Ordinal));
}
