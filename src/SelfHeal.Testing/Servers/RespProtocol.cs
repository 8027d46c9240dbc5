using System.Globalization;
using System.Text;

namespace SelfHeal.Testing.Servers;

/// <summary>Redis's protocol, RESP 2 and 3, as far as a client needs it.</summary>
internal static class RespProtocol
{
    public static byte[] Command(IReadOnlyCollection<string> words)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Count}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The next reply; null: the connection ended.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static async Task<RespReply?> ReadAsync(HealClient client)
    {
        if (await client.ReadLineAsync() is not { Length: > 0 } line)
        {
            return null;
        }

        string rest = line[1..];
        return line[0] switch
        {
            '+' or ':' or ',' or '#' or '(' => new RespReply(rest, []),
            '-' => new RespReply(rest, [], IsError: true),
            '_' => new RespReply(null, []),
            '$' or '=' or '!' => await BulkAsync(client, Count(line), isError: line[0] == '!'),
            '*' or '~' or '>' => await ListAsync(client, Count(line)),
            '%' => await ListAsync(client, 2 * Count(line)),
            _ => throw Wrong(line),
        };
    }

    private static async Task<RespReply?> BulkAsync(HealClient client, int length, bool isError)
    {
        if (length < 0)
        {
            return new RespReply(null, []);
        }

        byte[] bytes = await client.ReadAsync(length + 2);
        return bytes.Length < length + 2 ? null : new RespReply(Encoding.UTF8.GetString(bytes, 0, length), [], isError);
    }

    private static async Task<RespReply?> ListAsync(HealClient client, int count)
    {
        List<RespReply> items = [];
        for (int i = 0; i < count; i++)
        {
            if (await ReadAsync(client) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new RespReply(null, items);
    }

    private static int Count(string line) =>
        int.TryParse(line.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) ? count : throw Wrong(line);

    private static InvalidDataException Wrong(string line) => new($"\"{line}\" is no reply in redis's protocol.");
}
