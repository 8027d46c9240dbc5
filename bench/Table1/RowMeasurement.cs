using System.Globalization;
using BuggyServers.Mail;
using BuggyServers.MySql;
using SelfHeal.Hosts;
using SelfHeal.Replay;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>Measures one row.</summary>
/// <param name="bug">Of this bug.</param>
/// <param name="options">How.</param>
/// <param name="processor">Where.</param>
/// <param name="say">Progress.</param>
internal sealed class RowMeasurement(Bug bug, Table1Options options, int processor, Action<string> say)
{
    /// <param name="directory">For all runs; short, as sockets are made in it.</param>
    public async Task<(BugRow Row, ReportSession Report)> TakeAsync(string directory)
    {
        Place place = Place.Make(bug.Image, directory, processor, options.Local);
        await using (place.ConfigureAwait(false))
        {
            say(place.Image is null ? "on this machine" : $"in containers of {place.Image}");
            int parts = await Measurement.PartsAsync(bug, place, options.Seconds).ConfigureAwait(false);
            Healing healing = await bug.HealAsync(place, parts, say).ConfigureAwait(false);
            say(string.Create(CultureInfo.InvariantCulture, $"healed in {healing.Trials} trials, {healing.TimeToPatch:0.0} s: {healing.Change}"));
            List<string> notes = [];
            double replay = await ReplayAsync(place, healing, notes).ConfigureAwait(false);
            double? guard = await GuardAsync(place, healing, notes).ConfigureAwait(false);
            double? valgrind = await ValgrindAsync(place, parts, notes).ConfigureAwait(false);
            say(string.Create(CultureInfo.InvariantCulture, $"replay {replay:0.0} s, {(guard is { } known ? $"guard {known:0.0} s" : "no guard")}{(valgrind is { } asked ? $", valgrind {asked:0.0} s" : "")}; {options.Pairs} times {parts} parts ..."));
            Measurement measured = await Measurement.TakeAsync(bug, place, healing.PatchPath, options.Pairs, parts).ConfigureAwait(false);
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"the patch was in force {measured.Hits} times in {options.Pairs} benign runs"));
            var row = new BugRow(
                bug.Name, $"{healing.Failing.Info.ProgramPath} {(place.Image is null ? "on this machine" : "in " + place.Image)}",
                measured.Original, measured.Logged, measured.Prevention, measured.LoggedRatio, measured.PreventionRatio, measured.Pairs,
                healing.Trials, guard, valgrind, replay, healing.Change, healing.PotentialTrials, healing.TimeToPatch, bug.Paper)
            {
                Failing = healing.FailingSeconds,
            };
            row = row with { Notes = [.. Targets.Missed(row).Select(missed => "missed: " + missed), .. notes] };
            say(string.Create(CultureInfo.InvariantCulture, $"logged / original {row.LoggedRatio.Median:0.000}, prevention / logged {row.PreventionRatio.Median:0.000}"));
            return (row, healing.Report);
        }
    }

    private static async Task<double> ReplayAsync(Place place, Healing healing, List<string> notes)
    {
        ReplayResult replay = await new Replayer(place.Host).ReplayAsync(
            healing.Failing, new ReplayOptions { RunDirectory = Path.Combine(Bug.Fresh(place, "replay"), "run") }).ConfigureAwait(false);
        if (!replay.IsExact)
        {
            notes.Add($"replay: {replay.Sentence}");
        }

        return replay.Run.Duration.TotalSeconds;
    }

    /// <summary>As the search makes it.</summary>
    private async Task<double?> GuardAsync(Place place, Healing healing, List<string> notes)
    {
        if (!bug.IsDiagnosed)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"no heap diagnosis: a race; the failing run is {healing.FailingSeconds:0.0} s of the clients that race"));
            return null;
        }

        ReplayResult replay = await new Replayer(place.Host).ReplayAsync(
            healing.Failing,
            new ReplayOptions
            {
                Guard = true, GoLive = true, Sandbox = SandboxUse.Required, RunDirectory = Path.Combine(Bug.Fresh(place, "guard"), "run"),
            }).ConfigureAwait(false);
        if (replay.Outcome is ReplayOutcome.Refused)
        {
            notes.Add($"guard: {replay.Sentence}");
        }

        return replay.Run.Duration.TotalSeconds;
    }

    /// <summary>Outside of containers, which have none: the same build with the same clients.</summary>
    private async Task<double?> ValgrindAsync(Place place, int parts, List<string> notes)
    {
        if (!bug.AsksValgrind)
        {
            notes.Add("valgrind was not asked: MariaDB takes minutes under it");
            return null;
        }

        try
        {
            RunResult run = await bug.FailAsync(place.Outside(), Variant.Valgrind, parts).ConfigureAwait(false);
            return !run.TimedOut ? run.Duration.TotalSeconds
                : throw new Table1Exception(string.Create(CultureInfo.InvariantCulture, $"not done after {run.Duration.TotalSeconds:0} s"));
        }
        catch (Exception error) when (error is SelfHealException or MailSetUpException or MySqlSetUpException or Table1Exception or TimeoutException)
        {
            notes.Add($"valgrind: {error.Message.Split('\n')[0]}");
            return null;
        }
    }
}
