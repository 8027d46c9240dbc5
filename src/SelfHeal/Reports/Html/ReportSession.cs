using System.Text.Json;
using SelfHeal.Log;
using SelfHeal.Reschedule;
using SelfHeal.Search;

namespace SelfHeal.Reports.Html;

/// <summary>What one session, or one healed run, tells in a report.</summary>
/// <param name="Name">The test, or the program with its run directory.</param>
public sealed record ReportSession(string Name)
{
    /// <summary>passed, failed, skipped; null: it was no test.</summary>
    public string? Outcome { get; init; }

    /// <summary>What the test threw; null: nothing.</summary>
    public string? Error { get; init; }

    /// <summary>The program's file, with its arguments.</summary>
    public string Program { get; init; } = "";

    public IReadOnlyList<ReportRun> Runs { get; init; } = [];

    public IReadOnlyList<ReportOverhead> Overheads { get; init; } = [];

    internal IReadOnlyList<HealReportDocument> Heals { get; init; } = [];

    /// <summary>One healed run.</summary>
    public static ReportSession Of(HealResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Of(HealReportDocument.From(result));
    }

    /// <summary>One healed run of a server with live clients.</summary>
    /// <param name="run">The failing run.</param>
    /// <param name="result">What was found.</param>
    public static ReportSession Of(RunDirectory run, ProbeResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(result);
        return Of(ProbeReport.Of(run, result));
    }

    /// <summary>A run as its heal/report.json has it.</summary>
    /// <exception cref="DamagedRunException">There is none, or it cannot be read.</exception>
    public static ReportSession Read(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string path = run.At(Path.Combine("heal", HealReport.FileName));
        if (!File.Exists(path))
        {
            throw new DamagedRunException($"{run.Path} was not healed yet, so there is nothing to report: run selfheal heal {run.Path} first.");
        }

        try
        {
            HealReportDocument document = JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Default.HealReportDocument)
                ?? throw new JsonException("it is empty");
            return document.Version <= HealReport.SchemaVersion ? Of(document)
                : throw new DamagedRunException($"{path} has version {document.Version}, this SelfHeal reads up to {HealReport.SchemaVersion}: update SelfHeal.");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DamagedRunException($"{path} cannot be read ({error.Message.Split('\n')[0].TrimEnd('.')}): run selfheal heal {run.Path} again.", error);
        }
    }

    /// <summary>With one heal result more.</summary>
    public ReportSession With(HealResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return this with { Heals = [.. Heals, HealReportDocument.From(result)] };
    }

    /// <summary>With one healed run of a server with live clients more.</summary>
    public ReportSession With(RunDirectory run, ProbeResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(result);
        return this with { Heals = [.. Heals, ProbeReport.Of(run, result)] };
    }

    internal static ReportSession Of(HealReportDocument document) => new(Path.GetFileName(document.Program))
    {
        Program = string.Join(' ', [document.Program, .. document.Recorded?.Arguments ?? []]),
        Heals = [document],
    };
}
