using System.Net;
using System.Net.Sockets;
using System.Text;
using SelfHeal.Requests;

namespace BuggyServers.Mail;

/// <summary>What a mail reader asks a dovecot for, without a mail reader.</summary>
public static class ImapClient
{
    private const string LastTag = "d ";

    /// <summary>What the server says of each message of the INBOX when it is viewed, as whole requests.</summary>
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> FetchStructuresAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"a LOGIN {DovecotServer.User} {DovecotServer.Password}\r\nb EXAMINE INBOX\r\nc FETCH 1:* (FLAGS BODYSTRUCTURE)\r\n{LastTag}LOGOUT\r\n"),
            cancellationToken).ConfigureAwait(false);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellationToken).ConfigureAwait(false);
        return [.. RequestSplitter.Split(Framing.Imap, all.ToArray(), ended: true).Select(one => one.Bytes)
            .Where(bytes => bytes.Span.IndexOf(" FETCH ("u8) is > 0 and < 12)];
    }
}
