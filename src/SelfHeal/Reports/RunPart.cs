using SelfHeal.Log;

namespace SelfHeal.Reports;

/// <summary>The recorded run in a report.</summary>
internal sealed record RunPart(
    IReadOnlyList<string> Arguments, string ProgramPath, string BuildId, string Policy, DateTimeOffset Started, double? Seconds,
    long Events, long LogBytes, long InputBytes, long Allocations, long Threads, long Switches)
{
    public static RunPart From(RunDirectory run)
    {
        RunInfo info = run.Info;
        ControlSnapshot control = run.ReadControl();
        return new RunPart(
            info.Arguments, info.ProgramPath, info.BuildId, info.Policy ?? "uniprocessor", info.Started, info.Outcome?.Seconds,
            control.Events, control.LogBytes, control.InputBytes, control.Allocations, control.Threads + 1, control.Switches);
    }
}
