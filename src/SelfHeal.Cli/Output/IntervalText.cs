using System.Text.Json;
using SelfHeal.Log;

namespace SelfHeal.Cli.Output;

/// <summary>The thread execution intervals of a run, one line each.</summary>
internal sealed class IntervalText(RunDirectory run)
{
    public void Write()
    {
        Console.Out.WriteLine($"{"number",8} {"thread",7} {"first",9} {"events",8} {"places",8} {"at place",9} {"next",5}  end");
        long number = 0;
        foreach (Interval interval in Intervals.Of(run.OpenLog().Read()))
        {
            Console.Out.WriteLine(
                $"{number++,8} {interval.Thread,7} {interval.FirstEvent,9} {interval.Count,8} {Known(interval.Places),8} " +
                $"{Known(interval.PlacesAtEnd),9} {Known(interval.Next),5}  {Reason(interval.End)}");
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("run", run.Path);
        json.WriteStartArray("intervals");
        foreach (Interval interval in Intervals.Of(run.OpenLog().Read()))
        {
            json.WriteStartObject();
            json.WriteNumber("thread", interval.Thread);
            json.WriteNumber("firstEvent", interval.FirstEvent);
            json.WriteNumber("count", interval.Count);
            if (interval is { Places: { } places, PlacesAtEnd: { } atEnd, Next: { } next })
            {
                json.WriteNumber("places", places);
                json.WriteNumber("placesAtEnd", atEnd);
                json.WriteNumber("next", next);
            }

            json.WriteString("end", interval.End.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Known(long? number) => number?.ToString() ?? "-";

    private static string Reason(IntervalEnd end) => end switch
    {
        IntervalEnd.Switched => "interrupted",
        IntervalEnd.Waits => "waits, or has ended",
        IntervalEnd.Watchdog => "interrupted between two places (not exact)",
        IntervalEnd.Allocation => "interrupted before an allocation",
        IntervalEnd.ThreadEnded => "thread ended",
        IntervalEnd.Exec => "exec",
        IntervalEnd.ProgramEnded => "program ended",
        _ => "the log was cut short",
    };
}
