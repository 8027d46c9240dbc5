using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Measure;
using SelfHeal.Patches;
using SelfHeal.Search;
using SelfHeal.Testing.Sessions;

namespace SelfHeal.Testing;

/// <content>What recording and a patch cost.</content>
public sealed partial class HealSession
{
    private const string RecordedByOriginal = "recorded / original";
    private const string PreventionByRecorded = "prevention / recorded";

    /// <summary>Time with the recorder against time without, in interleaved pairs.</summary>
    public Task<PairedMeasurement> MeasureRecordingAsync(string input, int pairs = 3) =>
        MeasureAsync(RecordedByOriginal, () => RunPlainAsync(input), () => RunAsync(input), pairs);

    /// <summary>Time with a patch in force against recorded time without, in interleaved pairs.</summary>
    public Task<PairedMeasurement> MeasurePreventionAsync(Patch? patch, string input, int pairs = 3) =>
        MeasureAsync(PreventionByRecorded, () => RunAsync(input), () => RunPatchedAsync(patch, input), pairs);

    /// <summary>Measures, in interleaved pairs of whole runs, what recording costs with this workload, and what the patch of a
    /// result costs, and gives the result with both: <see cref="HealResult.Overheads"/>.</summary>
    public async Task<HealResult> MeasureAsync(HealResult result, Func<ServerEndpoint, CancellationToken, Task> workload, int pairs = 3)
    {
        Dictionary<string, PairedMeasurement> overheads = [];
        overheads[RecordedByOriginal] = await MeasureAsync(
            RecordedByOriginal, () => ServeAsync(workload, RunMode.Plain, null), () => ServeAsync(workload, RunMode.Record, null), pairs);
        if (result.Patch is { } patch)
        {
            overheads[PreventionByRecorded] = await MeasureAsync(
                PreventionByRecorded, () => ServeAsync(workload, RunMode.Record, null), () => ServeAsync(workload, RunMode.Record, patch), pairs);
        }

        HealResult measured = result with { Overheads = overheads };
        int index = _record.Heals.IndexOf(result);
        if (index >= 0)
        {
            _record.Heals[index] = measured;
        }

        return measured;
    }

    private async Task<PairedMeasurement> MeasureAsync(
        string what, Func<Task<RunResult>> a, Func<Task<RunResult>> b, int pairs)
    {
        PairedMeasurement measured = await SessionTimer.MeasureAsync(a, b, pairs);
        _record.Overheads.Add((what, measured));
        _options.Say($"{what}: {measured.Ratio:0.000} ({measured.Spread.Minimum:0.000} to {measured.Spread.Maximum:0.000}, {pairs} pairs)");
        return measured;
    }
}
