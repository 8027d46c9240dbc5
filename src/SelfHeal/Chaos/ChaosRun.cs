using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Chaos;

/// <summary>One run: prepared, started, driven, ended. Not yet judged.</summary>
internal sealed class ChaosRun(ChaosOptions options, Host host, RunBasis basis)
{
    /// <summary>The run's copy of the fresh directory.</summary>
    public static string WorkDirectory(RunDirectory run) => run.At("fresh");

    /// <param name="request">With its run directory and seed.</param>
    /// <param name="explain">The launcher's words are wanted: once is enough, and it costs a pipe.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="ProgramNotStartedException">The program cannot be run under the recorder.</exception>
    /// <exception cref="SelfHealException">The driver cannot judge.</exception>
    public async Task<(RunResult Result, DriverVerdict? Driver)> RunAsync(
        RunRequest request, bool explain, CancellationToken cancellationToken)
    {
        int? port = request.Arguments.Any(argument => argument.Contains(ChaosOptions.PortPlaceholder, StringComparison.Ordinal)) ? FreePort.Choose() : null;
        RunDirectory run = await RunPreparation.PrepareUnsavedAsync(Filled(request, port), host, BasisOf(request), cancellationToken).ConfigureAwait(false);
        if (options.Fresh is { } fresh)
        {
            await StateCopy.CopyAsync(fresh, WorkDirectory(run), cancellationToken).ConfigureAwait(false);
        }

        ProcessStartInfo start = await host.CommandAsync(
            run, new LaunchStreams(CaptureOutput: true, CaptureError: true), basis.EnvironmentFile, cancellationToken).ConfigureAwait(false);
        start.RedirectStandardError = explain;
        using ChildProcess child = ChildProcess.Start(start);
        DriverVerdict? driver = null;
        bool timedOut;
        if (options.Driver is null)
        {
            timedOut = await child.WaitAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            (driver, timedOut) = await DriveAsync(run, child, options.Driver, port, cancellationToken).ConfigureAwait(false);
        }

        await host.EndedAsync(run, cancellationToken).ConfigureAwait(false);
        string error = explain ? await child.ErrorAsync().ConfigureAwait(false) : "";
        return (RunEnd.Read(run, child.ExitCode, timedOut, child.Elapsed, error), driver);
    }

    private RunRequest Filled(RunRequest request, int? port) => request with
    {
        Arguments =
        [
            .. request.Arguments.Select(argument => argument
                .Replace(ChaosOptions.WorkPlaceholder, options.Fresh is null ? ChaosOptions.WorkPlaceholder : WorkPath(request), StringComparison.Ordinal)
                .Replace(ChaosOptions.PortPlaceholder, port?.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)),
        ],
    };

    private RunBasis BasisOf(RunRequest request) =>
        options.WorkingDirectory == ChaosOptions.WorkPlaceholder ? basis with { WorkingDirectory = WorkPath(request) } : basis;

    private static string WorkPath(RunRequest request) => Path.Combine(request.RunDirectory!, "fresh");

    private async Task<(DriverVerdict Driver, bool TimedOut)> DriveAsync(
        RunDirectory run, ChildProcess child, ChaosDriver driver, int? port, CancellationToken cancellationToken)
    {
        bool over = false; // a workload that was left behind may still ask
        try
        {
            await RunningAsync(run, child, cancellationToken).ConfigureAwait(false);
            TimeSpan rest = options.Timeout - child.Elapsed;
            var server = new DrivenServer(
                child.Id, run.Path, options.Fresh is null ? run.Path : WorkDirectory(run), port, Rounds: 1, () => over || child.HasExited);
            DriverVerdict verdict = await driver.RunAsync(
                server, rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1), cancellationToken).ConfigureAwait(false);
            if (verdict.Outcome == DriverOutcome.TimedOut)
            {
                child.Kill();
                await child.WaitAsync(timeout: null, cancellationToken).ConfigureAwait(false);
                return (verdict, TimedOut: true);
            }

            if (!child.HasExited)
            {
                _ = Signals.Send(child.Id, Signals.Terminate);
            }

            return (verdict, await child.WaitAsync(child.Elapsed + driver.EndLimit, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            child.Kill();
            throw;
        }
        finally
        {
            over = true;
        }
    }

    /// <summary>Waits until the recorder has begun in the program, or it has ended.</summary>
    private async Task RunningAsync(RunDirectory run, ChildProcess child, CancellationToken cancellationToken)
    {
        using FileStream control = File.Open(run.ControlPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] status = new byte[4];
        while (!child.HasExited && child.Elapsed < options.Timeout)
        {
            _ = RandomAccess.Read(control.SafeFileHandle, status, AbiLayout.ControlStatus);
            if (MemoryMarshal.Read<uint>(status) != (uint)RunStatus.New)
            {
                return;
            }

            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        }
    }
}
