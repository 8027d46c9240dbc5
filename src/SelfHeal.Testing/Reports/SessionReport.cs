using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHeal.Log;
using SelfHeal.Measure;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;

namespace SelfHeal.Testing.Reports;

/// <summary>The report artifact: all sessions as JSON (stable schema, "version" 1), as Markdown, and as HTML.</summary>
internal static class SessionReport
{
    public const int SchemaVersion = 1;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Times in seconds.</summary>
    public static string ToJson(IReadOnlyList<SessionRecord> sessions) => new JsonObject
    {
        ["version"] = SchemaVersion,
        ["sessions"] = new JsonArray([.. sessions.Select(session => (JsonNode?)Session(session))]),
    }.ToJsonString(Indented) + "\n";

    public static string ToMarkdown(IReadOnlyList<SessionRecord> sessions)
    {
        var text = new StringBuilder("# SelfHeal report\n\n| test | program | outcome | runs | trials | verdict |\n|---|---|---|---|---|---|\n");
        foreach (SessionRecord session in sessions)
        {
            string verdicts = string.Join(", ", session.Heals.Select(heal => heal.Verdict.ToString()).Distinct());
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(session.Options.Name)} | {Cell(Path.GetFileName(session.Options.Program))} | ")
                .Append(CultureInfo.InvariantCulture, $"{session.Outcome} | {session.Runs.Count} | {session.Heals.Sum(heal => heal.Trials.Count)} | {verdicts} |\n");
        }

        foreach (SessionRecord session in sessions.Where(session => session.Heals.Count + session.Overheads.Count > 0 || session.Error is not null))
        {
            text.Append("\n# ").Append(session.Options.Name).Append("\n\n");
            if (session.Error is { } error)
            {
                text.Append("```\n").Append(error.TrimEnd()).Append("\n```\n\n");
            }

            foreach (var (what, measured) in session.Overheads)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {what}: {measured.Ratio:0.000} ")
                    .Append(CultureInfo.InvariantCulture, $"({measured.Spread.Minimum:0.000} to {measured.Spread.Maximum:0.000} in {measured.A.Count} pairs)\n");
            }

            text.AppendJoin('\n', session.Heals.Select(HealReport.ToMarkdown));
        }

        return text.ToString();
    }

    /// <summary>One file for a browser, with an index at the top.</summary>
    public static string ToHtml(IReadOnlyList<SessionRecord> sessions) => HtmlReport.Render([.. sessions.Select(Shown)]);

    private static ReportSession Shown(SessionRecord session) => session.Heals.Aggregate(
        new ReportSession(session.Options.Name)
        {
            Outcome = session.Outcome,
            Error = session.Error,
            Program = string.Join(' ', [session.Options.Program, .. session.Options.Arguments]),
            Runs = [.. session.Runs.Select(Shown)],
            Overheads = [.. session.Overheads.Select(one => ReportOverhead.Of(one.What, one.Measured))],
        },
        (shown, heal) => shown.With(heal));

    private static ReportRun Shown(SessionRun run) => new(
        run.What, run.Failure?.Sentence ?? run.Result.Exit.ToString(), run.Failure is { IsFailure: true }, run.Result.Duration.TotalSeconds,
        run.Result.Control.Events, run.Result.Control.LogBytes);

    private static JsonObject Session(SessionRecord session) => new JsonObject
    {
        ["test"] = session.Options.Name,
        ["outcome"] = session.Outcome,
        ["error"] = session.Error,
        ["program"] = session.Options.Program,
        ["arguments"] = new JsonArray([.. session.Options.Arguments.Select(argument => (JsonNode?)argument)]),
        ["seed"] = session.Options.Seed,
        ["keptIn"] = session.KeptIn,
        ["runs"] = new JsonArray([.. session.Runs.Select(run => (JsonNode?)Run(run))]),
        ["heals"] = new JsonArray([.. session.Heals.Select(heal => JsonNode.Parse(HealReport.ToJson(heal)))]),
        ["overheads"] = new JsonArray([.. session.Overheads.Select(overhead => (JsonNode?)Overhead(overhead.What, overhead.Measured))]),
    };

    private static JsonObject Run(SessionRun run)
    {
        ControlSnapshot control = run.Result.Control;
        return new JsonObject
        {
            ["what"] = run.What,
            ["exitCode"] = run.Result.Exit.Code,
            ["signal"] = run.Result.Exit.Signal,
            ["failure"] = run.Failure is { IsFailure: true } failure ? failure.Sentence : null,
            ["seconds"] = run.Result.Duration.TotalSeconds,
            ["events"] = control.Events,
            ["logBytes"] = control.LogBytes,
            ["allocations"] = control.Allocations,
            ["hits"] = new JsonArray([.. control.Hits.Select(hits => (JsonNode?)hits)]),
        };
    }

    private static JsonObject Overhead(string what, PairedMeasurement measured) => new JsonObject
    {
        ["what"] = what,
        ["ratio"] = measured.Ratio,
        ["minimum"] = measured.Spread.Minimum,
        ["maximum"] = measured.Spread.Maximum,
        ["pairs"] = measured.A.Count,
        ["baseSeconds"] = measured.MedianA,
        ["otherSeconds"] = measured.MedianB,
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
