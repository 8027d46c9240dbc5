using BuggyServers.Containers;
using BuggyServers.MySql;
using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>MariaDB with four clients, each with rows of its own.</summary>
/// <param name="place">Where the server runs; clients are outside.</param>
/// <param name="variant">How.</param>
/// <param name="directory">The session's own, short: it holds a socket.</param>
/// <param name="build">mysql-1 to mysql-3, or none.</param>
internal sealed class MySqlSession(Place place, Variant variant, string directory, string build) : ISession
{
    private const int Statements = 1600; // about 0.3 s
    private MariaDbServer? _server;
    private RecordedServerProcess? _process;

    private MariaDbServer Server => _server ?? throw new Table1Exception("the server was not started");

    public async Task StartAsync()
    {
        ServerStarter starter = RecordedServerProcess.Starter(
            Path.Combine(directory, "run"), variant.Patch, started => _process = started, place.Host, variant.Mode);
        _server = await MariaDbServer.StartAsync(build, Path.Combine(directory, "db"), (command, token) => starter(At(command), token)).ConfigureAwait(false);
    }

    /// <summary>The clients connect once for all parts.</summary>
    public async Task WorkAsync(int parts)
    {
        WorkloadResult done = await MySqlWorkload.Mixed.RunAsync(Server, parts * Statements, CancellationToken.None).ConfigureAwait(false);
        if (!done.InvariantHolds)
        {
            throw new Table1Exception($"the benign workload fails: {done.Text}");
        }
    }

    public async Task<RunResult> EndAsync()
    {
        await Server.StopAsync().ConfigureAwait(false);
        return await _process!.Run.ConfigureAwait(false);
    }

    public async Task<RunResult> ProvokeAsync()
    {
        await MySqlWorkload.BadXPath.RunAsync(Server, 1, CancellationToken.None).ConfigureAwait(false);
        return await _process!.Run.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private ServerCommand At(ServerCommand command) => place.Image is null ? command : ServerImage.Inside(command, build);
}
