namespace SelfHeal.Log;

/// <summary>The schedule of a run as thread execution intervals.</summary>
public static class Intervals
{
    /// <summary>One interval per stretch; a single-threaded run has one.</summary>
    public static IReadOnlyList<Interval> Read(EventLog log) => throw new NotSupportedException(log?.Directory);
}
