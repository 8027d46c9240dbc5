using System.Diagnostics;
using System.Globalization;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace BuggyServers.MySql;

/// <summary>A server that a host has started: under the recorder, or for comparison without it.</summary>
public sealed class RecordedServerProcess : IServerProcess
{
    private readonly RunSession _session;

    private RecordedServerProcess(RunSession session)
    {
        _session = session;
        Run = session.FinishAsync();
        Exited = ExitedAsync();
    }

    /// <summary>Completes with the run when the server has ended.</summary>
    public Task<RunResult> Run { get; }

    public Task<int> Exited { get; }

    public string LastOutput => _session.Directory.ReadText("stderr");

    /// <param name="run">The run directory.</param>
    /// <param name="patch">A patch that the server obeys; null: none.</param>
    /// <param name="started">Is given the process.</param>
    /// <param name="host">Where it runs; null: on this machine.</param>
    /// <param name="mode">Recorded, or plain.</param>
    public static ServerStarter Starter(
        string run, string? patch, Action<RecordedServerProcess> started, Host? host = null, RunMode mode = RunMode.Record) => async (command, token) =>
    {
        RunSession session = await (host ?? new LocalHost()).StartAsync(
            new RunRequest
            {
                Program = command.Program,
                Arguments = command.Arguments,
                WorkingDirectory = command.WorkingDirectory,
                StateDirectories = [command.WorkingDirectory],
                RunDirectory = run,
                Patch = patch,
                Mode = mode,
                Flags = RunFlags.Refuse,
            },
            token).ConfigureAwait(false);
        var process = new RecordedServerProcess(session);
        started(process);
        return process;
    };

    public void Terminate() => _session.Terminate();

    public async ValueTask DisposeAsync()
    {
        _session.Kill();
        await _session.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<int> ExitedAsync()
    {
        ExitStatus exit = (await Run.ConfigureAwait(false)).Exit;
        return exit.Code ?? 128 + exit.Signal!.Value;
    }
}
