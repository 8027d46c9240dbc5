namespace SelfHeal.Hosts;

/// <summary>Starts programs on this machine, through selfheal-launch.</summary>
public sealed class LocalHost
{
    public LocalHost(RecorderFiles? recorder = null) => Recorder = recorder;

    /// <summary>Null: <see cref="RecorderFiles.Default"/>, found at the first run.</summary>
    public RecorderFiles? Recorder { get; }

    /// <summary>Runs to the end. Cancellation kills the program and leaves a readable run directory.</summary>
    /// <exception cref="ProgramNotStartedException">The program cannot be run under the recorder.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(request?.Program);

    /// <summary>Starts an interactive run (<see cref="RunInput.Interactive"/> is implied; output is captured).</summary>
    public Task<RunSession> StartAsync(RunRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(request?.Program);
}
