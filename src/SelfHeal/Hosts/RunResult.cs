using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>A run that has ended.</summary>
/// <param name="Directory">Its run directory.</param>
/// <param name="Exit">How the process ended.</param>
/// <param name="Control">The control page after the end; in plain mode all zero.</param>
/// <param name="Duration">Wall time.</param>
/// <param name="TimedOut">The engine killed it because the timeout had passed.</param>
public sealed record RunResult(
    RunDirectory Directory, ExitStatus Exit, ControlSnapshot Control, TimeSpan Duration, bool TimedOut)
{
    /// <summary>RUN/stdout as UTF-8 text; empty where there is none.</summary>
    public string StandardOutput => Directory.ReadText("stdout");

    /// <summary>RUN/stderr as UTF-8 text; empty where there is none.</summary>
    public string StandardError => Directory.ReadText("stderr");

    /// <summary>An earlier run as it lies on disk. A run that the engine could not end counts as killed.</summary>
    /// <exception cref="DamagedRunException">The control page is damaged.</exception>
    public static RunResult FromDirectory(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RunOutcome? outcome = run.Info.Outcome;
        ExitStatus exit = outcome is null ? new ExitStatus(null, 9) : new ExitStatus(outcome.ExitCode, outcome.Signal);
        ControlSnapshot control = run.Info.Mode == RunMode.Plain ? new ControlSnapshot() : run.ReadControl();
        return new RunResult(
            run, exit, control, TimeSpan.FromSeconds(outcome?.Seconds ?? 0), outcome?.TimedOut ?? false);
    }
}
