using System.Globalization;
using System.Text.Json;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports;

/// <summary>The search with a live server in the form of all heal reports.</summary>
internal static class ProbeReport
{
    public static HealReportDocument Of(RunDirectory run, ProbeResult result)
    {
        string name = Path.GetFileName(run.Info.Program);
        string sentence = string.Create(CultureInfo.InvariantCulture,
            $"{name} is {(result.IsHealed ? $"healed in {result.Trials.Count} trial{(result.Trials.Count == 1 ? "" : "s")}" : $"not healed: {result.Obstacle}")} ({result.Runs} runs; run {run.Path}).");
        return new HealReportDocument(
            HealReport.SchemaVersion, result.IsHealed ? "healed" : "notHealed", sentence, run.Info.Program, run.Path, run.Info.Seed,
            new HealReportDocument.FailurePart(
                JsonNamingPolicy.CamelCase.ConvertName(result.Failure.Kind.ToString()), result.Failure.Sentence, result.Failure.Exit.Code,
                result.Failure.Exit.Signal, HealReportDocument.Frames(result.Failure.Stack)),
            [], [],
            [
                .. result.Trials.Select(trial => new HealReportDocument.TrialPart(
                    trial.Number, string.Join("; ", trial.Patch.Holds), trial.Healed, trial.Healed, trial.Outcome, (trial.Analysis + trial.Validation).TotalSeconds)),
            ],
            null, result.Patch is { } patch ? PatchFile.Write(patch) : null, null,
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["reschedule"] = result.Trials.Sum(trial => trial.Analysis.TotalSeconds),
                ["validate"] = result.Trials.Sum(trial => trial.Validation.TotalSeconds),
            },
            result.Elapsed.TotalSeconds, null,
            new HealReportDocument.ReschedulePart(result.Explanation is not null, result.Runs, result.Elapsed.TotalSeconds, result.Obstacle, null), [])
        {
            Recorded = RunPart.From(run),
            Entries = result.Patch is null ? [] : EntryPart.From(result.Patch, [], 0),
            Timelines = result.Explanation is { } shown ? [shown.Timeline] : [],
            Window = result.Explanation is { } explanation ? WindowPart.From(explanation) : null,
        };
    }
}
