using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>A running program that is fed line by line.</summary>
public sealed class RunSession : IAsyncDisposable
{
    internal RunSession(RunDirectory directory) => Directory = directory;

    public RunDirectory Directory { get; }

    /// <summary>Standard output so far, as UTF-8 text.</summary>
    public string Output => throw new NotSupportedException();

    public bool HasExited => throw new NotSupportedException();

    /// <summary>Writes a line and LF to standard input. Returns false if the program no longer reads.</summary>
    public Task<bool> WriteLineAsync(string line, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(line);

    /// <summary>Waits until all output so far satisfies the predicate. False: the timeout passed or the program ended
    /// without it.</summary>
    public Task<bool> WaitForOutputAsync(Func<string, bool> predicate, TimeSpan timeout,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Writes a line, then waits for output that was not there before and satisfies the predicate
    /// (any full line when null). Returns the new output, or null when none came in time.</summary>
    public Task<string?> RequestAsync(string line, TimeSpan timeout, Func<string, bool>? predicate = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException(line);

    /// <summary>Closes standard input and waits for the end; kills the program when the request's timeout passes.</summary>
    public Task<RunResult> FinishAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <summary>Sends SIGKILL.</summary>
    public void Kill() => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
