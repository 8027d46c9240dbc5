using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SelfHeal.Hosts;

namespace SelfHeal.Tests.Search;

/// <summary>A little server under the recorder, that says "port N" on its standard output, and real clients of it.</summary>
public sealed class ServerRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly RunSession _session;
    private readonly List<TcpClient> _clients = [];

    private ServerRun(RunSession session, int port) => (_session, Port) = (session, port);

    /// <summary>On loopback.</summary>
    public int Port { get; }

    public static async Task<ServerRun> StartAsync(LocalHost host, string program, string directory, string? patch = null, IReadOnlyList<string>? environment = null, double seconds = 40)
    {
        RunSession session = await host.StartAsync(new RunRequest
        {
            Program = program, RunDirectory = directory, Patch = patch, Timeout = TimeSpan.FromSeconds(seconds), Environment = environment is { Count: > 0 } ? environment : null,
        });
        if (!await session.WaitForOutputAsync(text => text.EndsWith('\n'), Limit))
        {
            throw new InvalidOperationException($"the server does not say its port: {session.Output}");
        }

        return new ServerRun(session, int.Parse(session.Output.Split(' ', '\n')[1], CultureInfo.InvariantCulture));
    }

    public async Task<NetworkStream> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        _clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return client.GetStream();
    }

    /// <summary>What comes behind the request; empty: the server has gone.</summary>
    public static async Task<byte[]> AskAsync(NetworkStream stream, byte[] request)
    {
        byte[] answer = new byte[4096];
        try
        {
            await stream.WriteAsync(request);
            using var limit = new CancellationTokenSource(Limit);
            int got = await stream.ReadAsync(answer, limit.Token);
            return answer[..got];
        }
        catch (IOException)
        {
            return [];
        }
    }

    public static async Task<string> AskAsync(NetworkStream stream, string request) =>
        Encoding.Latin1.GetString(await AskAsync(stream, Encoding.Latin1.GetBytes(request)));

    /// <summary>Waits until the server has ended.</summary>
    public Task<RunResult> EndAsync() => _session.FinishAsync();

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _session.DisposeAsync();
    }
}
