using System.ComponentModel;
using System.Diagnostics;

namespace SelfHeal.Hosts;

/// <summary>A started process with a time limit; killed with all its children on timeout or cancellation.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Task<string> _error;

    private ChildProcess(Process process, bool readError)
    {
        _process = process;
        _error = readError ? process.StandardError.ReadToEndAsync() : Task.FromResult("");
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <exception cref="RecorderUnavailableException">The launcher itself cannot be started.</exception>
    public static ChildProcess Start(ProcessStartInfo start)
    {
        try
        {
            return new ChildProcess(Process.Start(start)!, start.RedirectStandardError);
        }
        catch (Win32Exception error)
        {
            throw new RecorderUnavailableException($"{start.FileName} cannot be started: {error.Message}", error);
        }
    }

    /// <summary>Runs a command to its end and gives its exit code and both outputs.</summary>
    public static async Task<(int Exit, string Output, string Error, bool TimedOut)> RunAsync(
        ProcessStartInfo start, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using ChildProcess child = Start(start);
        Task<string> output = child._process.StandardOutput.ReadToEndAsync(cancellationToken);
        bool timedOut = await child.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        return (child.ExitCode, await Settle(output).ConfigureAwait(false),
            await child.ErrorAsync().ConfigureAwait(false), timedOut);
    }

    /// <summary>Waits for the end. True: the timeout passed and the process was killed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the process has been killed.</exception>
    public async Task<bool> WaitAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } span)
        {
            TimeSpan rest = span - Elapsed;
            limit.CancelAfter(rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1));
        }

        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested(); // also where the end came first
            return false;
        }
        catch (OperationCanceledException)
        {
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return true;
        }
    }

    /// <summary>What was written to a redirected standard error.</summary>
    public Task<string> ErrorAsync() => Settle(_error);

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // it has ended in the meantime
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>A grandchild may hold the pipe open after the end: then what came within a second counts.</summary>
    private static async Task<string> Settle(Task<string> reading) =>
        await Task.WhenAny(reading, Task.Delay(1000)).ConfigureAwait(false) == reading && reading.IsCompletedSuccessfully
            ? await reading.ConfigureAwait(false) : "";
}
