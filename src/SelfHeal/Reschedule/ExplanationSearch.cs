using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>Finds the pair of operations that decides: with the interruption at its window's end, how little must the other
/// thread do for the run to fail?</summary>
internal sealed class ExplanationSearch(ScheduleRunner runner, FailureAnalyzer analyzer, Patch patch, string work)
{
    private const int Checks = 3;
    private const int Limit = 500;
    private ScheduleAnalysis _analysis = null!;
    private CancellationToken _token;

    /// <summary>Null: the pair cannot be told.</summary>
    public async Task<Explanation?> ExplainAsync(
        ScheduleAnalysis analysis, VulnerableWindow window, CancellationToken cancellationToken)
    {
        _analysis = analysis;
        _token = cancellationToken;
        ScheduleSwitch interruption = window.Switch;
        IReadOnlyList<ScheduleSwitch> late = WindowSearch.Moved(analysis.Schedule, interruption, window.Last);
        if (await analyzer.TraceAsync(ScheduleSwitch.Script(late), analysis.Sign, patch, Path.Combine(work, "explained"), cancellationToken)
            .ConfigureAwait(false) is not { } trace || Last(trace, window) is not { } first)
        {
            return null;
        }

        SchedulePlace[] others = [.. trace.Places.Skip(first.Order + 1).TakeWhile(place => place.Thread != interruption.Thread).Take(Limit)];
        SchedulePlace? back = null; // before it the other threads have done enough
        foreach (SchedulePlace place in others)
        {
            if (await FailsAsync(Back(late, interruption, window.Last, place)).ConfigureAwait(false))
            {
                back = place;
                break;
            }
        }

        SchedulePlace? before = (back is null ? others : others.TakeWhile(place => place != back)).LastOrDefault();
        SchedulePlace? second = (before is null ? others.Take(1) : others.TakeWhile(place => place != before).Append(before))
            .LastOrDefault(place => !place.IsFutex && place.Thread == (before ?? others[0]).Thread);
        ExplainedOperation? end = second is null ? Failed(trace, interruption.Thread) : Explained(trace, second, decides: before is not null);
        if (end is null)
        {
            return null;
        }

        return new Explanation
        {
            First = Explained(trace, first, decides: true),
            Second = end,
            SharedObject = second is not null && first.SharesObjectWith(second) ? Object(first) : null,
            Failure = analysis.Sign,
            Waits = Waits(trace),
            Checks = await CheckAsync(window, back, before).ConfigureAwait(false),
        };
    }

    /// <summary>Where the thread waits there is no place: the one before it.</summary>
    private static SchedulePlace? Last(ScheduleTrace trace, VulnerableWindow window)
    {
        for (long number = window.Last; number >= window.First - 1; number--)
        {
            if (trace.Find(window.Switch.Thread, number) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<ExplanationCheck>> CheckAsync(VulnerableWindow window, SchedulePlace? back, SchedulePlace? before)
    {
        ScheduleSwitch one = window.Switch;
        IReadOnlyList<ScheduleSwitch> At(long place, SchedulePlace? until) => until is { } end
            ? Back(WindowSearch.Moved(_analysis.Schedule, one, place), one, place, end) : WindowSearch.Moved(_analysis.Schedule, one, place);

        List<ExplanationCheck> checks =
        [
            await CheckAsync("the second one first", fails: true, At(window.Last, back)).ConfigureAwait(false),
            await CheckAsync("the first one first", fails: false, At(window.Last + 1, null)).ConfigureAwait(false),
        ];
        if (back is not null && before is not null)
        {
            checks.Add(await CheckAsync("all but the second one first", fails: false, At(window.Last, before)).ConfigureAwait(false));
        }

        return checks;
    }

    private async Task<ExplanationCheck> CheckAsync(string text, bool fails, IReadOnlyList<ScheduleSwitch> switches)
    {
        int failed = 0;
        for (int i = 0; i < Checks; i++)
        {
            ScheduledRun run = await runner.RunAgainAsync(ScheduleSwitch.Script(switches), patch, null, _token).ConfigureAwait(false);
            failed += run.Sign == _analysis.Sign ? 1 : 0;
        }

        return new ExplanationCheck(text, fails, failed, Checks);
    }

    private async Task<bool> FailsAsync(IReadOnlyList<ScheduleSwitch> switches) =>
        (await runner.RunAsync(ScheduleSwitch.Script(switches), patch, _token).ConfigureAwait(false)).Sign == _analysis.Sign;

    /// <summary>The thread goes on as soon as another one comes to this place.</summary>
    private static List<ScheduleSwitch> Back(
        IReadOnlyList<ScheduleSwitch> schedule, ScheduleSwitch interruption, long at, SchedulePlace place)
    {
        List<ScheduleSwitch> longer = [.. schedule];
        int index = longer.FindIndex(one => one.Index == interruption.Index && one.Place == at);
        longer.Insert(index + 1, new ScheduleSwitch(interruption.Index, place.Thread, place.Number, interruption.Thread, SwitchReason.Interrupted));
        return longer;
    }

    private static ExplainedOperation Explained(ScheduleTrace trace, SchedulePlace place, bool decides)
    {
        string operation = OperationWords.Verb(place) + (place.Object != 0 && !place.IsDescriptor && !place.IsSystemCall
            ? string.Create(CultureInfo.InvariantCulture, $" (0x{place.Object:x})") : "");
        string text = !decides ? $"runs up to where it {operation}" : place.IsBehind ? $"goes on behind where it {operation}" : operation;
        return new ExplainedOperation(place.Thread, place.Number, OperationWords.Name(place.Operation), text, place.Object,
            trace.Symbolizer.Symbolize(place.Stack, firstIsPc: place.IsSystemCall));
    }

    /// <summary>The other thread failed before it came to a place.</summary>
    private static ExplainedOperation? Failed(ScheduleTrace trace, int thread) =>
        trace.Failure is { Kind: FailureRecordKind.Signal } failure && failure.Thread != thread
            ? new ExplainedOperation(failure.Thread, 0, "", $"goes on and is killed by {Signals.Name(failure.Signal)}", failure.Address,
                trace.Symbolizer.Symbolize(failure.Stack, firstIsPc: true)) : null;

    private static string Object(SchedulePlace place) => place.IsDescriptor
        ? string.Create(CultureInfo.InvariantCulture, $"descriptor {(int)place.Object}")
        : string.Create(CultureInfo.InvariantCulture, $"the object at 0x{place.Object:x}");

    private static string[] Waits(ScheduleTrace trace)
    {
        IReadOnlyList<IReadOnlyList<StackFrame>> stacks =
            trace.Symbolizer.SymbolizeAll([.. trace.Blocked.Select(thread => (thread.Stack, true))]);
        return [.. trace.Blocked.Select((thread, i) => string.Create(CultureInfo.InvariantCulture,
            $"in the end thread {thread.Thread} waits in {OperationWords.Name(thread.Operation)} for 0x{thread.Address:x}, at {Frame(stacks[i])}"))];
    }

    private static string Frame(IReadOnlyList<StackFrame> stack) =>
        ExplainedOperation.Short([.. stack.SkipWhile(frame => frame.Module?.StartsWith("lib", StringComparison.Ordinal) == true)], 1);
}
