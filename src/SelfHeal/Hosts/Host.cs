using System.Diagnostics;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>Where programs run: this machine (<see cref="LocalHost"/>), or containers of an image
/// (<see cref="DockerHost"/>). What is above a host does not know which one it has.</summary>
public abstract class Host
{
    private readonly RecorderFiles? _recorder;

    private protected Host(RecorderFiles? recorder) => _recorder = recorder;

    /// <exception cref="RecorderUnavailableException">It is nowhere to be found.</exception>
    public RecorderFiles Recorder => _recorder ?? RecorderFiles.Default;

    /// <summary>A host for replays and trials of a recorded run: its image's, or this machine. Disposed of by <see cref="UseAsync"/>.</summary>
    public static Host For(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Info.Image is { } image
            ? new DockerHost(new DockerOptions { Image = image.Id, User = image.User.Length > 0 ? image.User : null })
            : new LocalHost();
    }

    /// <summary>Uses a host, and ends its containers, if it has some.</summary>
    public async Task<T> UseAsync<T>(Func<Host, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        try
        {
            return await use(this).ConfigureAwait(false);
        }
        finally
        {
            if (this is IAsyncDisposable containers)
            {
                await containers.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether the sandbox can be made here.</summary>
    public abstract Task<Sandbox> ProbeSandboxAsync(CancellationToken cancellationToken = default);

    /// <summary>A program of this name is in the PATH here.</summary>
    public abstract Task<bool> HasProgramAsync(string name, CancellationToken cancellationToken = default);

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

        RunDirectory run = await RunPreparation.PrepareAsync(request, this, cancellationToken).ConfigureAwait(false);
        bool capture = request.Output == RunOutput.Capture && request.Terminal is null;
        ProcessStartInfo start = await CommandAsync(
            run, new LaunchStreams(capture, capture, request.Terminal?.Path), null, cancellationToken).ConfigureAwait(false);
        start.RedirectStandardError = capture || request.Terminal is not null;
        using ChildProcess child = ChildProcess.Start(start);
        request.Started?.Invoke(child.Id);
        try
        {
            bool timedOut = await child.WaitAsync(request.Timeout, cancellationToken).ConfigureAwait(false);
            TimeSpan duration = child.Elapsed;
            await EndedAsync(run, cancellationToken).ConfigureAwait(false);
            return RunEnd.Finish(
                run, child.ExitCode, timedOut, duration, await child.ErrorAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            RunEnd.CleanUp(run);
            if (request.RunDirectory is null)
            {
                Scratch.Remove(run.Path);
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
        RunDirectory run = await RunPreparation.PrepareAsync(interactive, this, cancellationToken).ConfigureAwait(false);
        ProcessStartInfo start = await CommandAsync(
            run, new LaunchStreams(CaptureOutput: false, CaptureError: true), null, cancellationToken).ConfigureAwait(false);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new RunSession(this, run, ChildProcess.Start(start), request.Timeout);
    }

    /// <summary>Decides for one run.</summary>
    /// <exception cref="SandboxUnavailableException">Required, and not to be had.</exception>
    internal async Task<bool> DecideSandboxAsync(SandboxUse use, CancellationToken cancellationToken = default)
    {
        if (use == SandboxUse.Off)
        {
            return false;
        }

        Sandbox sandbox = await ProbeSandboxAsync(cancellationToken).ConfigureAwait(false);
        return sandbox.Available || use != SandboxUse.Required
            ? sandbox.Available
            : throw new SandboxUnavailableException(sandbox.Reason);
    }

    /// <summary>What is found out about the program before it runs.</summary>
    /// <exception cref="ProgramNotStartedException">The program is not found.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    internal abstract Task<RunBasis> BasisAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>The command on this machine that is the run.</summary>
    /// <param name="run">Prepared.</param>
    /// <param name="streams">Where its output goes.</param>
    /// <param name="environment">A file that several runs share; null: the run's own.</param>
    /// <param name="cancellationToken">Ends the preparation.</param>
    internal abstract Task<ProcessStartInfo> CommandAsync(
        RunDirectory run, LaunchStreams streams, string? environment, CancellationToken cancellationToken);

    /// <summary>Where a run is that the caller does not name.</summary>
    internal virtual string TemporaryRun() =>
        Path.Combine(Path.GetTempPath(), "selfheal-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));

    /// <summary>Copies a state directory as it is now.</summary>
    internal virtual Task CopyStateAsync(RunInfo run, string directory, string target, CancellationToken cancellationToken) =>
        StateCopy.CopyAsync(directory, target, cancellationToken);

    /// <summary>Called when a run directory is filled, before the run starts.</summary>
    internal virtual void Filled(RunDirectory run) { }

    /// <summary>Called when the program has ended, before its run is read.</summary>
    internal virtual Task EndedAsync(RunDirectory run, CancellationToken cancellationToken) => Task.CompletedTask;
}
