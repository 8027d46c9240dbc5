using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Measures how far an interruption can be moved while the run still fails: downward and upward in the
/// interrupted thread's own places.</summary>
/// <param name="fails">Does the run under these switches fail in the same way?</param>
internal sealed class WindowSearch(Func<IReadOnlyList<ScheduleSwitch>, CancellationToken, Task<bool>> fails)
{
    /// <summary>No window is followed farther than this.</summary>
    public const int Limit = 1000;

    private const int Close = 16;
    private const int AtOnce = 2;

    /// <param name="schedule">Failing, and smallest.</param>
    /// <param name="interruption">One of them.</param>
    /// <param name="last">The thread's last place.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<VulnerableWindow> MeasureAsync(
        IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, long last, CancellationToken cancellationToken)
    {
        (long lowest, long highest) = Bounds(schedule, interruption, last);
        long[] ends = await Task.WhenAll(
            EndAsync(schedule, interruption, -1, Math.Max(lowest, interruption.Place - Limit), cancellationToken),
            EndAsync(schedule, interruption, +1, Math.Min(highest, interruption.Place + Limit), cancellationToken)).ConfigureAwait(false);
        return new VulnerableWindow(interruption, ends[0], ends[1]);
    }

    /// <summary>Windows of the same interruption close by: often the next step of the same work, or the same code reached
    /// again.</summary>
    public async Task<IReadOnlyList<VulnerableWindow>> SiblingsAsync(
        IReadOnlyList<ScheduleSwitch> schedule, VulnerableWindow window, long last, CancellationToken cancellationToken)
    {
        ScheduleSwitch interruption = window.Switch;
        (long lowest, long highest) = Bounds(schedule, interruption, last);
        List<long> failing = [];
        for (long place = Math.Max(lowest, window.First - Close); place <= Math.Min(highest, window.Last + Close); place += AtOnce)
        {
            long[] some = [.. Enumerable.Range(0, AtOnce).Select(i => place + i)
                .Where(one => one <= highest && (one < window.First - 1 || one > window.Last + 1))];
            bool[] failed = await Task.WhenAll(some.Select(one => fails(Moved(schedule, interruption, one), cancellationToken))).ConfigureAwait(false);
            failing.AddRange(some.Where((_, i) => failed[i]));
        }

        List<VulnerableWindow> siblings = [];
        foreach (long place in failing)
        {
            if (siblings.Count > 0 && siblings[^1].Last == place - 1)
            {
                siblings[^1] = siblings[^1] with { Last = place };
            }
            else
            {
                siblings.Add(new VulnerableWindow(interruption, place, place));
            }
        }

        return siblings;
    }

    /// <summary>Between the thread's switches before and behind.</summary>
    private static (long Lowest, long Highest) Bounds(IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, long last)
    {
        List<ScheduleSwitch> others = [.. schedule.Where(other => other.Thread == interruption.Thread && other != interruption)];
        return (others.Where(other => other.Index < interruption.Index).Select(other => other.Place + 1).DefaultIfEmpty(1).Max(),
            others.Where(other => other.Index > interruption.Index).Select(other => other.Place - 1).DefaultIfEmpty(last).Min());
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
