using System.Net;
using System.Net.Sockets;
using System.Text;
using SelfHeal.Testing.Servers;

namespace SelfHeal.Testing;

/// <summary>A client of a server under test: lines, bytes, or redis's protocol. A server that closes the connection or
/// dies is no error: answers are null then, and what is sent gives false. Not for several threads at once.</summary>
public sealed class HealClient : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string _server;
    private readonly NetworkStream _stream;
    private readonly TimeSpan _timeout;
    private readonly byte[] _buffer = new byte[1 << 14];
    private int _first;
    private int _last;

    private HealClient(string server, Socket socket, TimeSpan timeout)
    {
        _server = server;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _timeout = timeout;
    }

    /// <summary>What <see cref="SendLineAsync"/> puts behind a line.</summary>
    public string NewLine { get; set; } = "\n";

    /// <param name="server">Its name, for messages.</param>
    /// <param name="where">Its address.</param>
    /// <param name="timeout">For connecting, and for each answer.</param>
    /// <exception cref="SocketException">Nobody listens.</exception>
    internal static async Task<HealClient> ConnectAsync(string server, EndPoint where, TimeSpan timeout)
    {
        var socket = new Socket(where.AddressFamily, SocketType.Stream, where is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (where is IPEndPoint)
            {
                socket.NoDelay = true;
            }

            await socket.ConnectAsync(where).WaitAsync(timeout);
            return new HealClient(server, socket, timeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line. False: the server no longer reads.</summary>
    public Task<bool> SendLineAsync(string line) => SendAsync(line + NewLine);

    /// <summary>Sends a text in UTF-8.</summary>
    public Task<bool> SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends these bytes. False: the server no longer reads.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await InTimeAsync(_stream.WriteAsync(bytes).AsTask());
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Sends a line and gives the line that answers it, null if the server closed the connection instead.</summary>
    public async Task<string?> RequestAsync(string line) => await SendLineAsync(line) ? await ReadLineAsync() : null;

    /// <summary>The next line without its end; null: the server closed the connection.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<string?> ReadLineAsync()
    {
        List<byte> line = [];
        for (;;)
        {
            int end = Array.IndexOf(_buffer, (byte)'\n', _first, _last - _first);
            int taken = end < 0 ? _last : end;
            line.AddRange(_buffer.AsSpan(_first, taken - _first));
            _first = end < 0 ? taken : end + 1;
            if (end >= 0)
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            if (!await FillAsync())
            {
                return line.Count == 0 ? null : Encoding.UTF8.GetString([.. line]);
            }
        }
    }

    /// <summary>So many bytes; fewer where the server closed the connection before.</summary>
    /// <exception cref="TimeoutException">They did not come in time.</exception>
    public async Task<byte[]> ReadAsync(int count)
    {
        List<byte> bytes = [];
        while (bytes.Count < count && (_first < _last || await FillAsync()))
        {
            int taken = Math.Min(count - bytes.Count, _last - _first);
            bytes.AddRange(_buffer.AsSpan(_first, taken));
            _first += taken;
        }

        return [.. bytes];
    }

    /// <summary>All up to the end of the connection.</summary>
    public async Task<byte[]> ReadToEndAsync() => await ReadAsync(int.MaxValue);

    /// <summary>A command in redis's protocol, and its reply; null: the server closed the connection.</summary>
    public async Task<RespReply?> CommandAsync(params string[] words) =>
        await SendAsync(RespProtocol.Command(words)) ? await RespProtocol.ReadAsync(this) : null;

    public void Dispose() => _stream.Dispose();

    private async Task<bool> FillAsync()
    {
        try
        {
            _first = 0;
            _last = 0;
            _last = await InTimeAsync(_stream.ReadAsync(_buffer).AsTask());
        }
        catch (IOException)
        {
            // reset: the server is gone
        }

        return _last > 0;
    }

    private async Task<int> InTimeAsync(Task<int> doing)
    {
        await InTimeAsync((Task)doing);
        return await doing;
    }

    private async Task InTimeAsync(Task doing)
    {
        try
        {
            await doing.WaitAsync(_timeout);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{_server} did not answer within {_timeout.TotalSeconds:0.#} s.", error);
        }
    }
}
