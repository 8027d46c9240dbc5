using System.Text;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>A running program that is fed line by line. RUN/stdin keeps all that was written to it, RUN/stdout all that
/// it answered. Not for use by several threads at once.</summary>
public sealed class RunSession : IAsyncDisposable
{
    private readonly Host _host;
    private readonly ChildProcess _child;
    private readonly TimeSpan? _timeout;
    private readonly FileStream _inputCopy;
    private readonly Lock _lock = new();
    private readonly MemoryStream _output = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _outputEnded;
    private bool _inputClosed;
    private RunResult? _result;

    internal RunSession(Host host, RunDirectory directory, ChildProcess child, TimeSpan? timeout)
    {
        _host = host;
        Directory = directory;
        _child = child;
        _timeout = timeout;
        _inputCopy = File.Create(directory.At("stdin"));
        _reading = Task.Run(ReadOutputAsync);
    }

    public RunDirectory Directory { get; }

    /// <summary>The process that was started.</summary>
    public int ProcessId => _child.Id;

    /// <summary>Standard output so far, as UTF-8 text.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return Encoding.UTF8.GetString(_output.GetBuffer(), 0, (int)_output.Length);
            }
        }
    }

    /// <summary>The program has closed its standard output.</summary>
    public bool OutputEnded
    {
        get
        {
            lock (_lock)
            {
                return _outputEnded;
            }
        }
    }

    public bool HasExited => _result is not null || _child.HasExited;

    /// <summary>Writes a line and LF to standard input. Returns false if the program no longer reads.</summary>
    public async Task<bool> WriteLineAsync(string line, CancellationToken cancellationToken = default)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        if (_inputClosed)
        {
            return false;
        }

        try
        {
            await _inputCopy.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await _inputCopy.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new SelfHealException($"{_inputCopy.Name} cannot be written: {error.Message}", error);
        }

        try
        {
            await _child.Input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await _child.Input.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until all output so far satisfies the predicate. False: the timeout passed, or the program closed
    /// its output without satisfying it.</summary>
    public async Task<bool> WaitForOutputAsync(
        Func<string, bool> predicate, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        for (;;)
        {
            Task changed;
            bool ended;
            lock (_lock)
            {
                changed = _changed.Task;
                ended = _outputEnded;
            }

            if (predicate(Output))
            {
                return true;
            }

            if (ended)
            {
                return false;
            }

            try
            {
                await changed.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <summary>Writes a line, then waits for output that was not there before and satisfies the predicate
    /// (a full line when null). Returns the new output, or null when none came in time.</summary>
    public async Task<string?> RequestAsync(string line, TimeSpan timeout, Func<string, bool>? predicate = null,
        CancellationToken cancellationToken = default)
    {
        int before = Output.Length;
        predicate ??= text => text.EndsWith('\n');
        return await WriteLineAsync(line, cancellationToken).ConfigureAwait(false)
            && await WaitForOutputAsync(
                all => all.Length > before && predicate(all[before..]), timeout, cancellationToken).ConfigureAwait(false)
            ? Output[before..] : null;
    }

    /// <summary>Closes standard input and waits for the end; kills the program when the run's timeout has passed.</summary>
    /// <exception cref="ProgramNotStartedException">The launcher could not start the program.</exception>
    public async Task<RunResult> FinishAsync(CancellationToken cancellationToken = default)
    {
        if (_result is null)
        {
            CloseInput();
            bool timedOut = await _child.WaitAsync(_timeout, cancellationToken).ConfigureAwait(false);
            TimeSpan duration = _child.Elapsed;
            await Task.WhenAny(_reading, Task.Delay(1000, cancellationToken)).ConfigureAwait(false);
            await _host.EndedAsync(Directory, cancellationToken).ConfigureAwait(false);
            _result = RunEnd.Finish(
                Directory, _child.ExitCode, timedOut, duration, await _child.ErrorAsync().ConfigureAwait(false));
        }

        return _result;
    }

    /// <summary>Asks the program to end, by SIGTERM, and returns at once.</summary>
    public void Terminate()
    {
        if (!HasExited)
        {
            _ = Signals.Send(_child.Id, Signals.Terminate);
        }
    }

    /// <summary>Sends SIGKILL.</summary>
    public void Kill() => _child.Kill();

    /// <summary>Kills the program if it still runs; the run directory stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_result is null)
        {
            _child.Kill();
            try
            {
                await FinishAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (SelfHealException)
            {
                // FinishAsync was never asked for: nobody waits for this sentence
            }
        }

        CloseInput();
        _child.Dispose();
    }

    private void CloseInput()
    {
        if (_inputClosed)
        {
            return;
        }

        _inputClosed = true;
        _inputCopy.Dispose();
        try
        {
            _child.Input.Dispose();
        }
        catch (IOException)
        {
            // the program has closed its side
        }
    }

    private async Task ReadOutputAsync()
    {
        try
        {
            await CopyOutputAsync().ConfigureAwait(false);
        }
        finally
        {
            Publish([], 0);
        }
    }

    private void Publish(byte[] bytes, int count)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _output.Write(bytes, 0, count);
            _outputEnded |= count == 0;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private async Task CopyOutputAsync()
    {
        byte[] buffer = new byte[1 << 16];
        var copy = new FileStream(Directory.At("stdout"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite); // others look meanwhile
        await using (copy.ConfigureAwait(false))
        {
            for (int got = 1; got > 0;)
            {
                got = await _child.Output.ReadAsync(buffer).ConfigureAwait(false);
                await copy.WriteAsync(buffer.AsMemory(0, got)).ConfigureAwait(false);
                await copy.FlushAsync().ConfigureAwait(false);
                Publish(buffer, got);
            }
        }
    }
}
