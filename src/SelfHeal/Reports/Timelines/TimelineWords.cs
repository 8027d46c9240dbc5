using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports.Timelines;

/// <summary>Lines of a timeline in words.</summary>
/// <param name="symbolizer">Of the run.</param>
internal sealed class TimelineWords(Symbolizer symbolizer)
{
    /// <param name="item">What to tell.</param>
    /// <param name="role">1: has to be first, 2: must not be before it, 0: another one.</param>
    /// <param name="isHeld">The thread is held there.</param>
    /// <param name="begins">The hold that begins there; null: none does.</param>
    public TimelineStep Step(TimelineItem item, int role, bool isHeld = false, HoldEntry? begins = null)
    {
        SchedulePlace place = item.Place;
        if (item.InterruptedFor is { } next)
        {
            return new TimelineStep(TimelineStepKind.Interrupted, place.Thread,
                $"thread {place.Thread} is switched out {OperationWords.Position(place)}; thread {next} goes on", Where(place), isHeld);
        }

        string text = (place.IsBehind ? "goes on behind where it " : "") + OperationWords.Verb(place) + Object(place) + (item.Waits ? ", and waits" : "");
        return begins is null ? new TimelineStep(TimelineStepKind.Operation, place.Thread, text, Where(place), isHeld, role)
            : new TimelineStep(TimelineStepKind.Held, place.Thread, string.Create(CultureInfo.InvariantCulture,
                $"{text}; held from here on, for {begins.Places} place{(begins.Places == 1 ? "" : "s")}"), Where(place), true, role);
    }

    /// <summary>The innermost frame outside of libraries, if there is one but the program's start; empty: it has no name.</summary>
    private string Where(SchedulePlace place)
    {
        IReadOnlyList<StackFrame> stack = symbolizer.Symbolize(place.Stack, firstIsPc: place.IsSystemCall);
        StackFrame[] own = [.. stack.SkipWhile(frame => frame.Module?.StartsWith("lib", StringComparison.Ordinal) == true)];
        IReadOnlyList<StackFrame> shown = own.Length == 0 || own[0].Function == "_start" ? stack : own;
        return shown.Count == 0 || shown[0].Module is null ? "" : ProbeExplanation.Brief(shown, 1);
    }

    private static string Object(SchedulePlace place) => place.IsSystemCall || place.Object == 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" 0x{place.Object:x}");
}
