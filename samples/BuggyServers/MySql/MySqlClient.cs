using System.Net.Sockets;
using System.Text;

namespace BuggyServers.MySql;

/// <summary>A client that sends any statement, and keeps the answer's bytes.</summary>
public sealed class MySqlClient : IAsyncDisposable
{
    private const int Protocol41 = 1 << 9, SecureConnection = 1 << 15, PluginAuthentication = 1 << 19, WithDatabase = 1 << 3;
    private const byte Query = 3, Error = 0xff, End = 0xfe;
    private readonly NetworkStream _stream;

    private MySqlClient(NetworkStream stream) => _stream = stream;

    /// <summary>Without a password, in database test.</summary>
    /// <exception cref="MySqlSetUpException">The server does not let it in.</exception>
    public static async Task<MySqlClient> ConnectAsync(MariaDbServer server, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.Socket), cancellationToken).ConfigureAwait(false);
        var client = new MySqlClient(new NetworkStream(socket, ownsSocket: true));
        _ = await client.ReadAsync(cancellationToken).ConfigureAwait(false); // the greeting
        byte[] flags = BitConverter.GetBytes(Protocol41 | SecureConnection | PluginAuthentication | WithDatabase);
        byte[] login = [.. flags, 0, 0, 0, 1, 33, .. new byte[23], .. "root\0\0test\0mysql_native_password\0"u8];
        await client._stream.WriteAsync(Framed(login, 1), cancellationToken).ConfigureAwait(false);
        return await client.ReadAsync(cancellationToken).ConfigureAwait(false) is [0, ..] ? client
            : throw new MySqlSetUpException($"the server at {server.Socket} does not let root in");
    }

    /// <returns>All of the answer; null: the server closed the connection instead.</returns>
    public async Task<byte[]?> AskAsync(string statement, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Packet(statement), cancellationToken).ConfigureAwait(false);
        var answer = new List<byte>();
        for (int ends = 0; ends < 2;) // of the columns, of the rows
        {
            if (await ReadAsync(cancellationToken).ConfigureAwait(false) is not { Length: > 0 } packet)
            {
                return null;
            }

            bool whole = packet[0] == Error || (packet[0] == 0 && answer.Count == 0);
            ends += whole ? 2 : packet[0] == End && packet.Length < 9 ? 1 : 0;
            answer.AddRange(packet);
        }

        return [.. answer];
    }

    /// <summary>A statement on the wire.</summary>
    public static byte[] Packet(string statement) => Framed([Query, .. Encoding.UTF8.GetBytes(statement)], 0);

    /// <summary>The text of an error; null: it is none.</summary>
    public static string? ErrorOf(byte[] answer) => answer is [Error, ..] ? Encoding.UTF8.GetString(answer[9..]) : null;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static byte[] Framed(byte[] payload, byte sequence) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence, .. payload];

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            byte[] head = new byte[4];
            await _stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
            byte[] payload = new byte[head[0] | (head[1] << 8) | (head[2] << 16)];
            await _stream.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
            return payload;
        }
        catch (Exception error) when (error is IOException or EndOfStreamException)
        {
            return null;
        }
    }
}
