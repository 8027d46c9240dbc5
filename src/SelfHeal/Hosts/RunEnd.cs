using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>What is to be done when a run's process has ended: status, run.json, rest of the input, cleaning up.</summary>
internal static class RunEnd
{
    /// <exception cref="ProgramNotStartedException">The launcher could not start the program.</exception>
    public static RunResult Finish(RunDirectory run, int exitCode, bool timedOut, TimeSpan duration, string launcherError)
    {
        CleanUp(run);
        try
        {
            return Save(Read(run, exitCode, timedOut, duration, launcherError));
        }
        catch (ProgramNotStartedException)
        {
            run.Save(run.Info with { Outcome = new RunOutcome(exitCode, null, TimedOut: false, duration.TotalSeconds) });
            throw;
        }
    }

    /// <summary>How the run ended; changes nothing on disk.</summary>
    /// <exception cref="ProgramNotStartedException">The launcher could not start the program.</exception>
    public static RunResult Read(RunDirectory run, int exitCode, bool timedOut, TimeSpan duration, string launcherError)
    {
        ControlSnapshot control = run.Info.Mode == RunMode.Plain ? new ControlSnapshot() : run.ReadControl();
        if (exitCode is >= 125 and <= 127 && !timedOut && DidNotStart(run.Info.Mode, control, launcherError))
        {
            string text = launcherError.Replace("selfheal-launch: ", "", StringComparison.Ordinal).Trim();
            throw new ProgramNotStartedException(
                text.Length > 0 ? text : $"{run.Info.Program} was not started (status {exitCode}).", exitCode);
        }

        return new RunResult(run, Decode(exitCode, control), control, duration, timedOut);
    }

    /// <summary>Writes run.json and saves what the program left unread.</summary>
    public static RunResult Save(RunResult result)
    {
        RunDirectory run = result.Directory;
        run.Save(run.Info with
        {
            Outcome = new RunOutcome(result.Exit.Code, result.Exit.Signal, result.TimedOut, result.Duration.TotalSeconds),
        });
        if (run.Info.Input == "inherit" && (!result.Exit.IsSuccess || result.TimedOut))
        {
            SaveRest(run.At("stdin.rest"));
        }

        return result;
    }

    public static void CleanUp(RunDirectory run)
    {
        Scratch.Remove(run.At("scratch"));
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
