using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>What is to be done when a run's process has ended: status, run.json, rest of the input, cleaning up.</summary>
internal static class RunEnd
{
    public static RunResult Finish(RunDirectory run, int exitCode, bool timedOut, TimeSpan duration, string launcherError)
    {
        ControlSnapshot control = run.Info.Mode == RunMode.Plain ? new ControlSnapshot() : run.ReadControl();
        CleanUp(run);
        if (exitCode is >= 125 and <= 127 && !timedOut && DidNotStart(run.Info.Mode, control, launcherError))
        {
            run.Save(run.Info with { Outcome = new RunOutcome(exitCode, null, TimedOut: false, duration.TotalSeconds) });
            string text = launcherError.Replace("selfheal-launch: ", "", StringComparison.Ordinal).Trim();
            throw new ProgramNotStartedException(
                text.Length > 0 ? text : $"{run.Info.Program} was not started (status {exitCode}).", exitCode);
        }

        ExitStatus exit = Decode(exitCode, control);
        run.Save(run.Info with
        {
            Outcome = new RunOutcome(exit.Code, exit.Signal, timedOut, duration.TotalSeconds),
        });
        if (run.Info.Input == "inherit" && (!exit.IsSuccess || timedOut))
        {
            SaveRest(run.At("stdin.rest"));
        }

        return new RunResult(run, exit, control, duration, timedOut);
    }

    public static void CleanUp(RunDirectory run)
    {
        StateCopy.Remove(run.At("scratch"));
        File.Delete(run.At("environment"));
        if (run.Info.Mode == RunMode.Record)
        {
            FirstSegment.Trim(run.At("events"));
        }
    }

    private static void SaveRest(string path)
    {
        try
        {
            UnreadStandardInput.SaveTo(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The unread input cannot be saved as {path}: {error.Message}", error);
        }
    }

    private static bool DidNotStart(RunMode mode, ControlSnapshot control, string launcherError) =>
        mode == RunMode.Plain
            ? launcherError.StartsWith("selfheal-launch: ", StringComparison.Ordinal)
            : control.Status is RunStatus.New or RunStatus.Refused;

    /// <summary>128 + n is signal n unless the recorder saw the program exit with that status.</summary>
    private static ExitStatus Decode(int exitCode, ControlSnapshot control) =>
        exitCode > 128 && exitCode <= 128 + 64 && control.ExitCode != exitCode
            ? new ExitStatus(null, exitCode - 128) : new ExitStatus(exitCode, null);
}
