namespace SelfHeal.Log;

/// <summary>The schedule of a run as thread execution intervals.</summary>
public static class Intervals
{
    private const int ThreadExit = 60; // exit(2); exit_group(2) ends the program

    /// <summary>In the order of the log; a single-threaded run has one, an empty log none.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static IReadOnlyList<Interval> Read(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return [.. Of(log.Read())];
    }

    /// <summary>Cuts events into intervals, one after the other.</summary>
    public static IEnumerable<Interval> Of(IEnumerable<LoggedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        Dictionary<int, long> places = [];
        long first = 0;
        LoggedEvent? last = null;
        foreach (LoggedEvent logged in events)
        {
            if (logged.IsIntervalEnd)
            {
                long passed = places.GetValueOrDefault(logged.Thread) + logged.Places;
                places[logged.Thread] = passed;
                yield return new Interval(logged.Thread, first, logged.Index - first, logged.Places, passed, (int)logged.Result!,
                    logged.IsInexact ? IntervalEnd.Watchdog : logged.Allocation is not null ? IntervalEnd.Allocation
                    : last is { Code: ThreadExit } && first < logged.Index ? IntervalEnd.ThreadEnded
                    : logged.GivesUp ? IntervalEnd.Waits : IntervalEnd.Switched);
                first = logged.Index + 1;
            }
            else if (logged.Code == (int)EventCode.Start && logged.Index > 0)
            {
                yield return Last(logged.Index, IntervalEnd.Exec);
                first = logged.Index;
                places.Clear();
            }

            last = logged;
        }

        if (last is not null)
        {
            bool ended = last.Code is (int)EventCode.End or (int)EventCode.Failure;
            yield return Last(last.Index + 1, ended ? IntervalEnd.ProgramEnded : IntervalEnd.Cut);
        }

        Interval Last(long end, IntervalEnd why) => new(
            last!.IsIntervalEnd ? (int)last.Result! : last.Thread, first, end - first, Places: null, PlacesAtEnd: null, Next: null, why);
    }
}
