using System.Net.Sockets;

namespace BuggyServers.MySql;

/// <summary>A MariaDB server on an empty database of its own, reached over a Unix socket.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    private const int LongestSocketPath = 107;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(5);

    private readonly IServerProcess _process;
    private readonly string _directory;

    private MariaDbServer(MySqlBuilds builds, IServerProcess process, string directory)
    {
        Builds = builds;
        _process = process;
        _directory = directory;
    }

    public MySqlBuilds Builds { get; }

    public string Socket => Path.Combine(_directory, "socket");

    public string LastOutput => _process.LastOutput;

    /// <summary>Completes when the server has ended: its exit code, or 128 + the signal that killed it.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>Makes the directories of an empty database: without grant tables it needs no bootstrap.</summary>
    /// <param name="server">What <see cref="MySqlBuilds.Server"/> gives.</param>
    /// <param name="directory">Gets data/, binlog/, tmp/ and the socket; must not have a database yet.</param>
    /// <returns>The command that serves it.</returns>
    /// <exception cref="MySqlSetUpException">The directory cannot be used.</exception>
    public static ServerCommand Prepare(MySqlBuilds builds, string server, string directory)
    {
        directory = Path.GetFullPath(directory);
        if (Path.Combine(directory, "socket").Length > LongestSocketPath)
            throw new MySqlSetUpException($"{directory} is too long for the path of a socket ({LongestSocketPath} bytes); choose a shorter directory");
        if (Directory.Exists(Path.Combine(directory, "data")))
            throw new MySqlSetUpException($"{directory} has a database already; every run wants a new directory");
        foreach (string part in (string[])["data/mysql", "data/test", "binlog", "tmp"])
            Directory.CreateDirectory(Path.Combine(directory, part));

        string[] arguments =
        [
            .. File.ReadLines(builds.Options).Select(option => option
                .Replace("SERVER", server, StringComparison.Ordinal).Replace("DATA", directory, StringComparison.Ordinal)),
        ];
        return new ServerCommand(Path.Combine(server, "bin/mariadbd"), arguments, directory);
    }

    /// <summary>Starts the server with one bug on an empty database, and waits until it accepts connections.</summary>
    /// <param name="bug">none, mysql-1, mysql-2 or mysql-3.</param>
    /// <param name="directory">For the database; must not have one yet.</param>
    /// <param name="starter">How; null takes <see cref="PlainServerProcess.Start"/>.</param>
    /// <param name="timeout">For coming up; null takes 30 s.</param>
    /// <param name="cancellationToken">Kills the server too.</param>
    /// <exception cref="MySqlSetUpException">It was not built, or does not come up: its last output is in the message.</exception>
    public static async Task<MariaDbServer> StartAsync(
        string bug, string directory, ServerStarter? starter = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        MySqlBuilds builds = MySqlBuilds.Here;
        ServerCommand command = Prepare(builds, builds.Server(bug), directory);
        IServerProcess process = await (starter ?? PlainServerProcess.Start)(command, cancellationToken).ConfigureAwait(false);
        var server = new MariaDbServer(builds, process, command.WorkingDirectory);
        try
        {
            await server.WaitUntilItAcceptsAsync(timeout ?? TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the server in order; killed if it has not ended after the timeout.</summary>
    /// <returns>Its exit code, or 128 + the signal that killed it.</returns>
    public async Task<int> StopAsync(TimeSpan? timeout = null)
    {
        _process.Terminate();
        try
        {
            return await Exited.WaitAsync(timeout ?? TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _process.DisposeAsync().ConfigureAwait(false);
            return await Exited.ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // The server listens as soon as the socket accepts; nothing tells when, so it is tried again.
    private async Task WaitUntilItAcceptsAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        while (!await AcceptsAsync(limit.Token).ConfigureAwait(false))
        {
            if (Exited.IsCompleted)
                throw new MySqlSetUpException($"the server ended with {await Exited.ConfigureAwait(false)} before it listened; its last output:\n{LastOutput}");
            if (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw new MySqlSetUpException($"the server does not listen at {Socket} after {timeout}; its last output:\n{LastOutput}");
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAny(Exited, Task.Delay(RetryEvery, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var socket = new System.Net.Sockets.Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
