using System.Globalization;
using SelfHeal.Patches;
using SelfHeal.Reports.Timelines;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Runs the failing schedule once without and once with the patch, for pictures of both.</summary>
internal sealed class TimelineSearch(FailureAnalyzer analyzer, string work)
{
    /// <param name="analysis">The failing run.</param>
    /// <param name="window">The interruption to show; it comes at the window's end, right before the operation that decides.</param>
    /// <param name="patch">In force in that run.</param>
    /// <param name="healed">The validated patch; null: there is none.</param>
    /// <param name="explanation">Whose operations are marked; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<Timeline>> DrawAsync(
        ScheduleAnalysis analysis, VulnerableWindow window, Patch patch, Patch? healed, Explanation? explanation, CancellationToken cancellationToken)
    {
        List<Timeline> timelines = [];
        IReadOnlyList<ScheduleSwitch> script = WindowSearch.Moved(analysis.Schedule, window.Switch, window.Last);
        Schedule schedule = ScheduleSwitch.Script(script);
        int thread = window.Switch.Thread;
        if (await analyzer.TraceAsync(schedule, analysis.Sign, patch, Path.Combine(work, "shown-failing"), cancellationToken).ConfigureAwait(false) is { } failing)
        {
            timelines.Add(new ScheduleTimeline(failing, patch, script, explanation).Build(
                "The order that fails", Failing(window), analysis.Sign, thread, window.Last));
        }

        if (healed is not null
            && await analyzer.TracePassingAsync(schedule, healed, Path.Combine(work, "shown-passing"), cancellationToken).ConfigureAwait(false) is { } passing)
        {
            timelines.Add(new ScheduleTimeline(passing, healed, script, explanation).Build(
                "The same schedule with the patch", $"The hold keeps thread {thread} from being switched out where it would fail.", ScheduleTimeline.Passes, thread, window.Last));
        }

        return timelines;
    }

    private static string Failing(VulnerableWindow window) => window.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"It fails when thread {window.Switch.Thread} is switched out at this place.")
        : string.Create(CultureInfo.InvariantCulture, $"It fails when thread {window.Switch.Thread} is switched out at any of {window.Count} places; shown is the last of them.");
}
