using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Measures how far an interruption can be moved while the run still fails: downward and upward in the
/// interrupted thread's own places.</summary>
/// <param name="fails">Does the run under these switches fail in the same way?</param>
internal sealed class WindowSearch(Func<IReadOnlyList<ScheduleSwitch>, CancellationToken, Task<bool>> fails)
{
    /// <summary>No window is followed farther than this.</summary>
    public const int Limit = 1000;

    /// <param name="schedule">Failing, and smallest.</param>
    /// <param name="interruption">One of them.</param>
    /// <param name="last">The thread's last place.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<VulnerableWindow> MeasureAsync(
        IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, long last, CancellationToken cancellationToken)
    {
        List<ScheduleSwitch> others = [.. schedule.Where(other => other.Thread == interruption.Thread && other != interruption)];
        long lowest = others.Where(other => other.Index < interruption.Index).Select(other => other.Place + 1).DefaultIfEmpty(1).Max();
        long highest = others.Where(other => other.Index > interruption.Index).Select(other => other.Place - 1).DefaultIfEmpty(last).Min();
        long[] ends = await Task.WhenAll(
            EndAsync(schedule, interruption, -1, Math.Max(lowest, interruption.Place - Limit), cancellationToken),
            EndAsync(schedule, interruption, +1, Math.Min(highest, interruption.Place + Limit), cancellationToken)).ConfigureAwait(false);
        return new VulnerableWindow(interruption, ends[0], ends[1]);
    }

    /// <summary>The schedule with one interruption elsewhere.</summary>
    public static IReadOnlyList<ScheduleSwitch> Moved(IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, long place) =>
        [.. schedule.Select(one => one == interruption ? one with { Place = place, Reason = SwitchReason.Interrupted } : one)];

    private async Task<long> EndAsync(
        IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, int step, long end, CancellationToken cancellationToken)
    {
        long place = interruption.Place;
        while (place != end && (end - place) * step > 0
            && await fails(Moved(schedule, interruption, place + step), cancellationToken).ConfigureAwait(false))
        {
            place += step;
        }

        return place;
    }
}
