using System.Diagnostics;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Starts programs on this machine, through selfheal-launch.</summary>
public sealed class LocalHost
{
    private readonly RecorderFiles? _recorder;

    /// <param name="recorder">Null: <see cref="RecorderFiles.Default"/>, found at the first run.</param>
    public LocalHost(RecorderFiles? recorder = null) => _recorder = recorder;

    /// <exception cref="RecorderUnavailableException">It is nowhere to be found.</exception>
    public RecorderFiles Recorder => _recorder ?? RecorderFiles.Default;

    /// <summary>Runs to the end; with a terminal, the caller types to it meanwhile. Cancellation kills the program and leaves a readable run directory
    /// (a temporary one is removed).</summary>
    /// <exception cref="ProgramNotStartedException">The program cannot be run under the recorder.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RunResult> RunAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Input is RunInput.InteractiveInput)
        {
            throw new ArgumentException("an interactive run is started with StartAsync", nameof(request));
        }

        RunDirectory run = await RunPreparation.PrepareAsync(request, Recorder, cancellationToken).ConfigureAwait(false);
        bool capture = request.Output == RunOutput.Capture && request.Terminal is null;
        ProcessStartInfo start = LauncherCommand.Build(Recorder, run, capture, capture, terminal: request.Terminal?.Path);
        start.RedirectStandardError = capture || request.Terminal is not null;
        using ChildProcess child = ChildProcess.Start(start);
        try
        {
            bool timedOut = await child.WaitAsync(request.Timeout, cancellationToken).ConfigureAwait(false);
            TimeSpan duration = child.Elapsed;
            return RunEnd.Finish(
                run, child.ExitCode, timedOut, duration, await child.ErrorAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            RunEnd.CleanUp(run);
            if (request.RunDirectory is null)
            {
                StateCopy.Remove(run.Path);
            }
            else
            {
                run.Save(run.Info with { Outcome = new RunOutcome(null, 9, TimedOut: false, child.Elapsed.TotalSeconds) });
            }

            throw;
        }
        finally
        {
            await (request.Terminal?.ProgramEndedAsync() ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts an interactive run: standard input is a pipe, output is captured. Dispose the session.</summary>
    /// <exception cref="ProgramNotStartedException">The program is not found.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    public async Task<RunSession> StartAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunRequest interactive = request with { Input = RunInput.Interactive, Output = RunOutput.Capture };
        RunDirectory run = await RunPreparation.PrepareAsync(interactive, Recorder, cancellationToken).ConfigureAwait(false);
        ProcessStartInfo start = LauncherCommand.Build(Recorder, run, captureOutput: false, captureError: true);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new RunSession(run, ChildProcess.Start(start), request.Timeout);
    }
}
