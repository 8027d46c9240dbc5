using System.Text.Json;
using SelfHeal.Diagnosis;
using SelfHeal.Reschedule;
using SelfHeal.Reports.Timelines;
using SelfHeal.Search;

namespace SelfHeal.Reports;

/// <summary>The JSON schema of a heal report: only ever add members, or raise the version.</summary>
internal sealed record HealReportDocument(
    int Version, string Verdict, string Sentence, string Program, string RunDirectory, ulong Seed,
    HealReportDocument.FailurePart Failure, IReadOnlyList<HealReportDocument.OverflowPart> Overflows,
    IReadOnlyList<HealReportDocument.OverflowPart> Remaining, IReadOnlyList<HealReportDocument.TrialPart> Trials,
    string? PatchPath, string? Patch, HealReportDocument.PatchedPart? PatchedRun,
    IReadOnlyDictionary<string, double> Seconds, double SecondsToPatch, HealReportDocument.ValgrindPart? Valgrind,
    HealReportDocument.ReschedulePart? Reschedule, IReadOnlyList<HealReportDocument.DroppedPart> Dropped)
{
    // members that came later may be missing in a file: the reader then sets them to null
    public RunPart? Recorded { get; init; }

    public IReadOnlyList<EntryPart> Entries { get; init => field = value ?? []; } = [];

    public IReadOnlyList<Timeline> Timelines { get; init => field = value ?? []; } = [];

    public WindowPart? Window { get; init; }

    /// <summary>The bytes of what is in <see cref="Dropped"/>, in the same order.</summary>
    public IReadOnlyList<MarkedRequest> Marked { get; init => field = value ?? []; } = [];


    public static HealReportDocument From(HealResult result) => new(
        HealReport.SchemaVersion, Camel(result.Verdict), result.Sentence, result.Run.Info.Program, result.Run.Path,
        result.Run.Info.Seed,
        new FailurePart(Camel(result.Failure.Kind), result.Failure.Sentence, result.Failure.Exit.Code,
            result.Failure.Exit.Signal, Frames(result.Failure.Stack)),
        [.. result.Findings.Select(finding => Overflow(finding) with { Room = EntryPart.Room(result.Patch, finding) })],
        [.. result.Remaining.Select(Overflow)],
        [
            .. result.Trials.Select(trial => new TrialPart(
                trial.Number, trial.Change, trial.Avoided, trial.Validated, trial.Outcome, trial.Duration.TotalSeconds)),
        ],
        result.PatchPath, result.Patch is null ? null : Patches.PatchFile.Write(result.Patch),
        result.PatchedRun is not { } run ? null : new PatchedPart(
            run.Directory.Path, run.Exit.Code, run.Exit.Signal, run.Duration.TotalSeconds, run.Control.Hits,
            run.Control.Allocations, run.StandardOutput.Length),
        result.Timings.ToDictionary(pair => Camel(pair.Key), pair => pair.Value.TotalSeconds, StringComparer.Ordinal),
        result.TimeToPatch.TotalSeconds,
        result.Valgrind is not { } valgrind ? null : new ValgrindPart(
            result.ValgrindAgrees, valgrind.Duration.TotalSeconds, [.. valgrind.Findings.Select(Overflow)]),
        result.Reschedule is not { } reschedule ? null : new ReschedulePart(
            reschedule.Reproduced, reschedule.Runs, reschedule.Elapsed.TotalSeconds, reschedule.Obstacle,
            reschedule.Explanation is null ? null : Explained(reschedule.Explanation)),
        [.. result.Dropped.Select(Dropping)])
    {
        Recorded = RunPart.From(result.Run),
        Entries = EntryPart.From(result),
        Marked = [.. result.Dropped.Select(one => new MarkedRequest(MarkedText.Of(one.Request.Bytes, one.Patterns), MarkedText.Of(one.Smallest, one.Patterns)))],
        Window = result.Probe?.Explanation is { } window ? WindowPart.From(window) : null,
        Timelines = result.Probe?.Explanation is { } probed ? [probed.Timeline]
            : result.Reschedule is { Timelines.Count: > 0 } drawn ? drawn.Timelines
            : IntervalTimeline.Build(result.Run, result.Failure.Sentence) is { } last ? [last] : [],
    };

    private static DroppedPart Dropping(DroppedRequest one) => new(
        one.Sentence, one.Request.Framing.Description, one.Request.Connection.Number + 1, one.Request.Index + 1, one.Request.Bytes.Length, one.Text,
        one.Smallest.Length, [.. one.Patterns.Select(pattern => pattern.ToString())], one.Answer?.ToString(), one.BenignTried, one.FalsePositives,
        one.VariantsTried, one.VariantsMatched, one.Replays, one.Elapsed.TotalSeconds, one.Notes, one.Inputs, one.ShrinkReplays, one.ShrinkElapsed.TotalSeconds);

    private static ExplanationPart Explained(Explanation pair) => new(
        pair.ToString(), pair.IsConfirmed, pair.Failure, Explained(pair.First), Explained(pair.Second), pair.SharedObject, pair.Waits,
        [.. pair.Checks.Select(check => new CheckPart(check.Schedule, check.Fails, check.Failed, check.Runs))]);

    internal static OperationPart Explained(ExplainedOperation operation) => new(
        operation.Thread, operation.Place, operation.Operation, operation.Text, operation.Address, Frames(operation.Stack));

    private static OverflowPart Overflow(OverflowFinding finding) => new(
        Camel(finding.Kind), finding.Sentence, finding.Size, finding.Extent, finding.First, finding.Blocks,
        Frames(finding.AllocationStack), Frames(finding.AccessStack));

    internal static FramePart[] Frames(IReadOnlyList<StackFrame> stack) =>
    [
        .. stack.Select(frame => new FramePart(
            frame.Module, frame.Offset, frame.Locations.Count > 0 ? frame.Locations[0].Function : null,
            frame.Locations.Count > 0 ? frame.Locations[0].File : null,
            frame.Locations.Count > 0 ? frame.Locations[0].Line : 0)),
    ];

    private static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    internal sealed record FramePart(string? Module, ulong Offset, string? Function, string? File, int Line);

    internal sealed record FailurePart(
        string Kind, string Sentence, int? ExitCode, int? Signal, IReadOnlyList<FramePart> Stack);

    internal sealed record OverflowPart(
        string Kind, string Sentence, long Size, long Extent, long First, int Blocks,
        IReadOnlyList<FramePart> AllocationStack, IReadOnlyList<FramePart> AccessStack)
    {
        /// <summary>Bytes that the patch adds behind such a block; null: none.</summary>
        public long? Room { get; init; }
    }

    internal sealed record TrialPart(
        int Number, string Change, bool Avoided, bool Validated, string Outcome, double Seconds);

    internal sealed record PatchedPart(
        string RunDirectory, int? ExitCode, int? Signal, double Seconds, IReadOnlyList<long> Hits, long Allocations,
        int OutputLength);

    internal sealed record ReschedulePart(bool Reproduced, int Runs, double Seconds, string? Obstacle, ExplanationPart? Explanation);

    internal sealed record ExplanationPart(
        string Text, bool Confirmed, string Failure, OperationPart First, OperationPart Second, string? SharedObject,
        IReadOnlyList<string> Waits, IReadOnlyList<CheckPart> Checks);

    internal sealed record OperationPart(
        int Thread, long Place, string Operation, string Text, ulong Address, IReadOnlyList<FramePart> Stack);

    internal sealed record CheckPart(string Schedule, bool Fails, int Failed, int Runs);

    internal sealed record DroppedPart(
        string Sentence, string Framing, int Connection, int Request, int Bytes, string Text, int SmallestBytes, IReadOnlyList<string> Patterns,
        string? Answer, int BenignTried, int FalsePositives, int VariantsTried, int VariantsMatched, int Replays, double Seconds,
        IReadOnlyList<string> Notes, int Inputs, int ShrinkReplays, double ShrinkSeconds);

    internal sealed record ValgrindPart(bool? Agrees, double Seconds, IReadOnlyList<OverflowPart> Findings);
}
