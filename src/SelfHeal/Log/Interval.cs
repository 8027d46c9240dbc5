namespace SelfHeal.Log;

/// <summary>A thread execution interval (TEI): what one thread did without being scheduled out.</summary>
/// <param name="Thread">Number of the thread, from 0.</param>
/// <param name="FirstEvent">Index of its first event.</param>
/// <param name="Count">Number of events; the one that ends the interval is not counted.</param>
/// <param name="Places">Places that the thread passed; null where no switch ends the interval.</param>
/// <param name="PlacesAtEnd">The thread's own count of places at the interval's end, over its whole life.</param>
/// <param name="Next">The thread that goes on; null where no switch ends the interval.</param>
/// <param name="End">Why it ended.</param>
public sealed record Interval(
    int Thread, long FirstEvent, long Count, long? Places, long? PlacesAtEnd, int? Next, IntervalEnd End)
{
    public bool IsInexact => End == IntervalEnd.Watchdog;
}
