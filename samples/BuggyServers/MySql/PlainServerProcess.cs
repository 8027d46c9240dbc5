using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BuggyServers.MySql;

/// <summary>A server without the recorder.</summary>
public sealed partial class PlainServerProcess : IServerProcess
{
    private const int LinesKept = 40;
    private const int Sigterm = 15;

    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private PlainServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = WaitAsync();
    }

    public Task<int> Exited { get; }

    public string LastOutput
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <exception cref="MySqlSetUpException">The program cannot be started.</exception>
    public static Task<IServerProcess> Start(ServerCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Task.FromResult<IServerProcess>(new PlainServerProcess(Process.Start(start)!));
        }
        catch (Win32Exception error)
        {
            throw new MySqlSetUpException($"{command.Program} cannot be started: {error.Message}", error);
        }
    }

    public void Terminate()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, Sigterm);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await Exited.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesKept)
                _lines.Dequeue();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
