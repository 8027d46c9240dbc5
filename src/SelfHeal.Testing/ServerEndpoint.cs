using System.Net;
using System.Net.Sockets;
using SelfHeal.Testing.Servers;
using SelfHeal.Testing.Sessions;

namespace SelfHeal.Testing;

/// <summary>A running server, as clients see it.</summary>
public class ServerEndpoint
{
    private readonly int? _port;

    internal ServerEndpoint(string name, string runDirectory, string files, int? port, int processId)
    {
        Name = name;
        RunDirectory = runDirectory;
        Files = files;
        ProcessId = processId;
        _port = port;
    }

    /// <summary>Of the program.</summary>
    public string Name { get; }

    /// <summary>Path of its run directory.</summary>
    public string RunDirectory { get; }

    /// <summary>What <c>{files}</c> became: the run's own copy of <see cref="HealSession.FilesDirectory"/>, and the server's working directory.</summary>
    public string Files { get; }

    /// <summary>What <c>{port}</c> became; on loopback.</summary>
    public int Port => _port ?? throw new SelfHealException($"{Name} was given no port: write {Placeholders.Port} where it stands in Arguments.");

    /// <summary>What <c>{socket}</c> became: the path of a Unix socket.</summary>
    public string Socket => Placeholders.SocketIn(Files);

    public int ProcessId { get; }

    /// <summary>How many rounds of requests are wanted of a workload that counts them itself.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>All that it has printed so far: standard output, then standard error.</summary>
    public string Output => Read("stdout") + Read("stderr");

    /// <summary>A new connection: to the port, or to the Unix socket where there is no port.</summary>
    /// <param name="timeout">For each of its answers; 10 seconds unless given.</param>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public async Task<HealClient> ConnectAsync(TimeSpan? timeout = null)
    {
        EndPoint where = _port is { } port ? new IPEndPoint(IPAddress.Loopback, port) : new UnixDomainSocketEndPoint(Socket);
        return await HealClient.ConnectAsync(Name, where, timeout ?? HealClient.Patience);
    }

    /// <summary>A client for a server that speaks HTTP on its port.</summary>
    public HttpClient CreateHttpClient() => new() { BaseAddress = new Uri($"http://127.0.0.1:{Port}/"), Timeout = HealClient.Patience };

    internal string LastOutput() => SessionText.Tail(Output);

    private string Read(string name)
    {
        string path = Path.Combine(RunDirectory, name);
        if (!File.Exists(path))
        {
            return "";
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
