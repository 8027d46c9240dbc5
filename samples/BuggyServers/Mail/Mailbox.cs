using System.Globalization;
using System.Text;

namespace BuggyServers.Mail;

/// <summary>Messages in their order.</summary>
public sealed record Mailbox(IReadOnlyList<MailMessage> Messages)
{
    /// <summary>In the body of every tenth message, and nowhere else.</summary>
    public const string Needle = "needle";

    private static readonly string[] Words =
        ["report", "meeting", "river", "Straße", "naïve", "価格", "garden", "übermorgen", "light", "mañana", "window", "Ελλάδα", "paper", "silver"];

    /// <summary>The same messages for the same seed: names and subjects in several encodings, some long and folded.</summary>
    /// <param name="count">How many, from the first of January 2008 on, one an hour.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static Mailbox Generate(int count, int seed)
    {
        var random = new Random(seed);
        var start = new DateTime(2008, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return new Mailbox([.. Enumerable.Range(0, count).Select(i => Make(random, i, start.AddHours(i)))]);
    }

    /// <summary>The same with one more, at its index.</summary>
    public Mailbox With(MailMessage message, int index) => new([.. Messages.Take(index), message, .. Messages.Skip(index)]);

    /// <summary>Writes a maildir; its messages have been seen by nobody.</summary>
    public void WriteMaildir(string directory)
    {
        foreach (string part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Combine(directory, part));
        for (int i = 0; i < Messages.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{1_200_000_000 + i}.M{i}.example");
            File.WriteAllBytes(Path.Combine(directory, "cur", name + ":2,"), Messages[i].ToBytes());
        }
    }

    private static MailMessage Make(Random random, int number, DateTime date)
    {
        string subject = $"{number + 1}: {Text(random, random.Next(10) == 0 ? 40 : random.Next(2, 7))}";
        string name = $"{char.ToUpperInvariant("abcdefgh"[random.Next(8)])}. {Text(random, random.Next(8) == 0 ? 12 : 1)}";
        string body = string.Concat(Enumerable.Range(0, random.Next(3, 40)).Select(_ => Text(random, random.Next(3, 10)) + "\n"));
        return new MailMessage($"{Encode(name)} <user{random.Next(100)}@example.org>", Encode(subject), date, "text/plain; charset=utf-8",
            number % 10 == 9 ? body + Needle + "\n" : body);
    }

    private static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));

    // Encoded words of at most 30 bytes, each on a line of its own where there are several; ASCII stays as it is.
    private static string Encode(string text)
    {
        if (Ascii.IsValid(text) && text.Length < 60)
            return text;
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            word.Append(rune);
            if (Encoding.UTF8.GetByteCount(word.ToString()) > 30)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        words.Add(word.ToString());
        return string.Join("\n ", words.Where(part => part.Length > 0).Select(
            part => $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(part))}?="));
    }
}
