namespace SelfHeal.Log;

/// <summary>The schedule of a run as thread execution intervals.</summary>
public static class Intervals
{
    /// <summary>One interval per stretch; a single-threaded run has one, an empty log none.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static IReadOnlyList<Interval> Read(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        long count = log.Read().LongCount();
        return count == 0 ? [] : [new Interval(0, 0, count)];
    }
}
