using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Finds out of which interruptions a failing run consists, and how far each of them can be moved.</summary>
internal sealed class FailureAnalyzer(Host host, ScheduleRunner runner, string work, SandboxUse sandbox, TimeSpan limit)
{
    private const int Tries = 3;

    /// <summary>A thread that waits for the kernel may come back a moment too late.</summary>
    private const int TriesOutside = 12;
    private int _count;

    /// <summary>Why the last run could not be analysed; null when it could.</summary>
    public string? Obstacle { get; private set; }

    /// <param name="failing">A failing run.</param>
    /// <param name="sign">How it failed.</param>
    /// <param name="patch">In force in it, and in what is run.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<ScheduleAnalysis?> AnalyzeAsync(
        RunDirectory failing, string sign, Patch patch, CancellationToken cancellationToken)
    {
        Obstacle = null;
        int number = ++_count;
        ScheduleTrace trace = await ScheduleTrace.ReadAsync(
            host, failing, Path.Combine(work, $"trace-{number}"), sandbox, limit, cancellationToken).ConfigureAwait(false);
        async Task<bool> Fails(IReadOnlyList<ScheduleSwitch> switches, CancellationToken token) =>
            (await runner.RunAsync(ScheduleSwitch.Script(switches), patch, token).ConfigureAwait(false)).Sign == sign;

        IReadOnlyList<ScheduleSwitch>? whole = await ReproducedAsync(trace, sign, patch, cancellationToken).ConfigureAwait(false);
        if (whole is null)
        {
            Obstacle = trace.IsExact ? "its schedule, run for real, does not fail in the same way again"
                : "it cannot be replayed exactly, and its schedule, run for real, does not fail in the same way again";
            return null;
        }

        List<ScheduleSwitch> interruptions = [.. whole.Where(one => one.IsInterruption)];
        IReadOnlyList<ScheduleSwitch> start = await Fails(interruptions, cancellationToken).ConfigureAwait(false) ? interruptions : whole;
        IReadOnlyList<ScheduleSwitch> smallest = await new ScheduleMinimizer(Fails).MinimizeAsync(
            [.. start.OrderBy(one => one.IsInterruption ? trace.Conflicts(one) ? 2 : 1 : 0).ThenBy(one => one.Index)], cancellationToken).ConfigureAwait(false);
        return await MeasureAsync(smallest, sign, patch, number, Fails, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ScheduleAnalysis?> MeasureAsync(
        IReadOnlyList<ScheduleSwitch> smallest, string sign, Patch patch, int number,
        Func<IReadOnlyList<ScheduleSwitch>, CancellationToken, Task<bool>> fails, CancellationToken cancellationToken)
    {
        string directory = Path.Combine(work, $"smallest-{number}");
        ScheduleTrace? trace = await TraceAsync(ScheduleSwitch.Script(smallest), sign, patch, directory, cancellationToken).ConfigureAwait(false);
        if (trace is null)
        {
            Obstacle = "its smallest schedule does not fail each time";
            return null;
        }

        // by now an entry may stand where its thread waits in any case
        List<ScheduleSwitch> known = [.. smallest.Select(one => one with
        {
            Reason = trace.Switches.FirstOrDefault(other => other.Thread == one.Thread && other.Place == one.Place)?.Reason ?? one.Reason,
        }).OrderBy(one => one.Index)];
        List<VulnerableWindow> windows = [];
        foreach (ScheduleSwitch interruption in known.Where(one => one.IsInterruption).Reverse())
        {
            windows.Add(await new WindowSearch(fails).MeasureAsync(
                known, interruption, trace.LastPlace(interruption.Thread), cancellationToken).ConfigureAwait(false));
        }

        foreach (VulnerableWindow window in windows.ToList())
        {
            windows.AddRange(await new WindowSearch(fails).SiblingsAsync(
                known, window, trace.LastPlace(window.Switch.Thread), cancellationToken).ConfigureAwait(false));
        }

        return new ScheduleAnalysis(sign, known, windows, trace);
    }

    /// <summary>Runs a failing schedule once more and traces that run. Null: it did not fail.</summary>
    public async Task<ScheduleTrace?> TraceAsync(
        Schedule schedule, string sign, Patch patch, string directory, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Tries; i++)
        {
            ScheduledRun run = await runner.RunAgainAsync(schedule, patch, directory, cancellationToken).ConfigureAwait(false);
            if (run.Sign == sign)
            {
                return await ScheduleTrace.ReadAsync(
                    host, run.Run!, directory + "-trace", sandbox, limit, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>The same for a run that passes. Null: it failed.</summary>
    public async Task<ScheduleTrace?> TracePassingAsync(
        Schedule schedule, Patch patch, string directory, CancellationToken cancellationToken)
    {
        ScheduledRun run = await runner.RunAndKeepAsync(schedule, patch, directory, cancellationToken).ConfigureAwait(false);
        return run.Failed ? null : await ScheduleTrace.ReadAsync(
            host, run.Run!, directory + "-trace", sandbox, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The run's own switches, if they fail again in the same way.</summary>
    private async Task<IReadOnlyList<ScheduleSwitch>?> ReproducedAsync(
        ScheduleTrace trace, string sign, Patch patch, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScheduleSwitch>[] variants =
        [
            trace.Switches,
            [.. trace.Switches.Select(one => one with { Reason = one.Reason == SwitchReason.Outside ? SwitchReason.Blocked : one.Reason })],
        ];
        foreach (IReadOnlyList<ScheduleSwitch> variant in variants)
        {
            Schedule script = ScheduleSwitch.Script(variant);
            for (int i = 0; i < (variant.Any(one => one.Reason == SwitchReason.Outside) ? TriesOutside : Tries); i++)
            {
                ScheduledRun run = i == 0 ? await runner.RunAsync(script, patch, cancellationToken).ConfigureAwait(false)
                    : await runner.RunAgainAsync(script, patch, null, cancellationToken).ConfigureAwait(false);
                if (run.Sign == sign)
                {
                    return variant;
                }
            }
        }

        return null;
    }
}
