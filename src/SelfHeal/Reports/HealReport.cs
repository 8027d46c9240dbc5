using System.Globalization;
using System.Text;
using System.Text.Json;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using SelfHeal.Search;

namespace SelfHeal.Reports;

/// <summary>A heal result as JSON (stable schema, "version" 1) and as a Markdown summary.</summary>
public static class HealReport
{
    public const int SchemaVersion = 1;

    /// <summary>Times in seconds, sizes in bytes.</summary>
    public static string ToJson(HealResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(HealReportDocument.From(result), ReportJson.Default.HealReportDocument) + "\n";
    }

    /// <summary>The same schema for a search with a live server.</summary>
    /// <param name="run">The failing run.</param>
    /// <param name="result">What was found.</param>
    public static string ToJson(RunDirectory run, ProbeResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(ProbeReport.Of(run, result), ReportJson.Default.HealReportDocument) + "\n";
    }

    /// <summary>RUN/heal/report.json, which `selfheal report` reads.</summary>
    public const string FileName = "report.json";

    /// <summary>Headed by the verdict; ends with the patch.</summary>
    public static string ToMarkdown(HealResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {Path.GetFileName(result.Run.Info.Program)}: {Title(result.Verdict)}\n\n");
        text.Append(result.Sentence).Append("\n\n");
        text.Append("| | |\n|---|---|\n");
        Row(text, "failure", result.Failure.Sentence);
        foreach (OverflowFinding finding in result.Findings)
        {
            Row(text, "overflow", finding.Sentence);
        }

        foreach (Trial trial in result.Trials)
        {
            Row(text, $"trial {trial.Number}", $"`{trial.Change}`: {trial.Outcome}");
        }

        if (result.Reschedule?.Explanation is { } explanation)
        {
            Row(text, "explanation", explanation.ToString());
        }

        foreach (DroppedRequest dropped in result.Dropped)
        {
            Row(text, "dropped", dropped.Sentence + string.Concat(dropped.Patterns.Select(pattern => $"; `{pattern}`")));
            foreach (string note in dropped.Notes)
            {
                Row(text, "note", note);
            }
        }

        foreach (OverflowFinding finding in result.Remaining)
        {
            Row(text, "remains", finding.Sentence);
        }

        if (result.PatchedRun is { } patched)
        {
            Row(text, "patched run", $"{patched.Exit}; {Hits(result.Patch, patched.Control)}");
        }

        if (result.ValgrindAgrees is { } agrees)
        {
            Row(text, "valgrind", agrees ? "names the same allocation" : "names another allocation");
        }

        Row(text, "times", string.Join(", ", result.Timings.Select(
            pair => $"{pair.Key.ToString().ToLowerInvariant()} {pair.Value.TotalSeconds:0.00} s")));
        if (result.Patch is { } patch)
        {
            Row(text, "time to patch", $"{result.TimeToPatch.TotalSeconds:0.00} s");
            text.Append("\n```\n").Append(Patches.PatchFile.Write(patch)).Append("```\n");
        }

        return text.ToString();
    }

    private static string Hits(Patches.Patch? patch, Log.ControlSnapshot control)
    {
        string hits = string.Join(", ", control.Hits);
        return patch is null || !patch.Entries.Any(entry => entry is Patches.HoldEntry or Patches.DropEntry) ? $"hits {hits} of {control.Allocations} allocations"
            : $"hits {hits}, in the order of the patch's entries ({control.Allocations} allocations)";
    }

    private static string Title(HealVerdict verdict) => verdict switch
    {
        HealVerdict.Healed => "healed",
        HealVerdict.NotHealed => "not healed",
        _ => "nothing to heal",
    };

    private static void Row(StringBuilder text, string name, string value) =>
        text.Append("| ").Append(name).Append(" | ")
            .Append(value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append(" |\n");
}
