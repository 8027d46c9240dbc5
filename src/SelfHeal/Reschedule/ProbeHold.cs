using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>Turns a measured window into a hold: where it begins, and how long it must be on every way through the window
/// that the trace knows.</summary>
internal sealed class ProbeHold(ProbeTrace trace)
{
    private const int WrapperCallers = 2; // a hold that others come by, too, heals by accident, and its window says nothing
    private const int Farthest = 1000; // places from a window's beginning to its end, on another way than the failing one
    private readonly IReadOnlyList<IReadOnlyList<ulong>> _stacks = [.. trace.Stacks];

    /// <summary>From the window's first operation. Null: that cannot be named.</summary>
    public HoldEntry? Build(ProbeWindow window)
    {
        IReadOnlyList<SchedulePlace> own = trace.Of(window.Candidate.Place.Thread);
        int begin = window.First, end = End(trace, own, window.Last);
        IReadOnlyList<PatchFrame> location = trace.Location(own[begin]);
        if (location.Count == 0)
        {
            return null;
        }

        IReadOnlyList<StackFrame> names = trace.Symbolizer.Symbolize(own[begin].Stack, own[begin].IsSystemCall);
        int depth = Math.Min(Depth(own[begin], names), location.Count);
        PatchFrame[] key = [.. location.Take(depth)];
        long places = Places(own, begin, window.Last, end, key);
        return new HoldEntry(key, places, [ExplainedOperation.Short(names, depth), Measured(window, own)]);
    }

    /// <summary>An interruption right behind an operation is like one before the next: a hold against it begins before
    /// that operation.</summary>
    public int Beginning(IReadOnlyList<SchedulePlace> own, int first)
    {
        int at = first;
        while (at > 0 && (own[at - 1].IsBehind || trace.Location(own[at - 1]).Count == 0) && !WaitingOperations.Contains(own[at - 1].Operation))
        {
            at--;
        }

        // now the operation that those places were behind, or the window's first one where there are none
        return at == first || at == 0 || WaitingOperations.Contains(own[at - 1].Operation) ? first : at - 1;
    }

    /// <summary>Where a hold begins that may begin too late: at the first operation of the call that the whole window is in, and at
    /// most as much earlier as the window is long. What is interrupted seldom is not seen in a few failing runs.</summary>
    /// <param name="own">The thread's places.</param>
    /// <param name="first">Of the window.</param>
    /// <param name="last">Of the window.</param>
    /// <param name="isNamed">The place has a call stack that can be named.</param>
    public static int Earlier(IReadOnlyList<SchedulePlace> own, int first, int last, Func<SchedulePlace, bool> isNamed)
    {
        int callers = Callers(own[first], own[last]), at = first;
        for (int i = first - 1; i >= 0 && first - i <= last - first && !WaitingOperations.Contains(own[i].Operation) && Callers(own[i], own[last]) >= callers; i--)
        {
            at = !own[i].IsBehind && isNamed(own[i]) ? i : at;
        }

        return at;

        static int Callers(SchedulePlace one, SchedulePlace other) =>
            one.Frames.Reverse().Zip(other.Frames.Reverse()).TakeWhile(frames => frames.First == frames.Second).Count();
    }

    /// <summary>Places from one to what need not be held behind another. A release that has to wake somebody passes one
    /// place more: where it had nobody to wake, there is room for that.</summary>
    public static long Length(ProbeTrace trace, IReadOnlyList<SchedulePlace> own, int begin, int last)
    {
        int end = End(trace, own, last);
        int wakes = own.Skip(begin).Take(end - begin).Count(place => place is { IsBehind: true, IsSystemCall: false });
        return Math.Min(HoldEntry.MaximumPlaces, end - begin + wakes);
    }

    /// <summary>Index of the last operation that a hold of so many places covers, where it begins at one index.</summary>
    /// <param name="own">The thread's places.</param>
    /// <param name="begin">Where the hold begins.</param>
    /// <param name="places">Its length.</param>
    /// <param name="isNamed">The place has a call stack that can be named.</param>
    public static int LastHeld(IReadOnlyList<SchedulePlace> own, int begin, long places, Func<SchedulePlace, bool> isNamed)
    {
        int last = begin;
        for (int i = begin + 1; i < own.Count && i - begin < places && !WaitingOperations.Contains(own[i].Operation); i++)
        {
            last = !own[i].IsBehind && isNamed(own[i]) ? i : last;
        }

        return last;
    }

    /// <summary>Index of the first place that need not be held: the next operation behind the last one.</summary>
    private static int End(ProbeTrace trace, IReadOnlyList<SchedulePlace> own, int last)
    {
        int end = last + 1;
        while (end < own.Count && (own[end].IsBehind || trace.Location(own[end]).Count == 0) && !WaitingOperations.Contains(own[end].Operation))
        {
            end++;
        }

        return end;
    }

    private int Depth(SchedulePlace place, IReadOnlyList<StackFrame> names)
    {
        int depth = KeyDepth.Choose(place.Frames, _stacks, trace.Symbolizer.FunctionIdentity, address => trace.Symbolizer.Find(address)?.Name, WrapperCallers);
        while (depth < names.Count && depth < PatchEntry.MaximumFrames && names[Math.Max(0, depth - 1)].Module is { } module
            && (module.StartsWith("libc.so", StringComparison.Ordinal) || module.StartsWith("libstdc++", StringComparison.Ordinal)))
        {
            depth++;
        }

        return Math.Max(1, depth);
    }

    /// <summary>Enough for each way from a match of the key to the window's end.</summary>
    private long Places(IReadOnlyList<SchedulePlace> own, int begin, int last, int end, PatchFrame[] key)
    {
        HashSet<IReadOnlyList<ulong>> keyed = Matching(frames => frames.Count >= key.Length && frames.Take(key.Length).SequenceEqual(key));
        string full = string.Join(' ', trace.Location(own[begin])), lastKey = string.Join(' ', trace.Location(own[last]));
        HashSet<IReadOnlyList<ulong>> firsts = Matching(frames => string.Join(' ', frames) == full);
        HashSet<IReadOnlyList<ulong>> lasts = Matching(frames => string.Join(' ', frames) == lastKey);
        int behind = end - last; // places from the last operation to what need not be held
        long places = end - begin;
        foreach (int thread in trace.Threads)
        {
            IReadOnlyList<SchedulePlace> all = trace.Of(thread);
            int started = -1, matched = -1; // the window's beginning; the match of the key that holds it
            for (int i = 0; i < all.Count; i++)
            {
                SchedulePlace place = all[i];
                if (WaitingOperations.Contains(place.Operation))
                {
                    started = matched = -1;
                    continue;
                }

                if (place.IsBehind)
                {
                    continue;
                }

                if (keyed.Contains(place.Frames) && (matched < 0 || i - matched >= places))
                {
                    matched = i; // the hold before it is over: another one begins
                }

                started = firsts.Contains(place.Frames) && started < 0 ? i : started;
                if (started >= 0 && matched >= 0 && lasts.Contains(place.Frames) && i - started <= Farthest)
                {
                    places = Math.Max(places, i - matched + behind);
                }
            }
        }

        return Math.Min(HoldEntry.MaximumPlaces, places - (end - begin) + Length(trace, own, begin, last));
    }

    private HashSet<IReadOnlyList<ulong>> Matching(Func<IReadOnlyList<PatchFrame>, bool> matches) =>
        [.. trace.Places.Where(place => !place.IsBehind).DistinctBy(place => place.Frames, ReferenceEqualityComparer.Instance)
            .Where(place => matches(trace.Location(place))).Select(place => place.Frames)];

    private static string Measured(ProbeWindow window, IReadOnlyList<SchedulePlace> own) => string.Create(CultureInfo.InvariantCulture,
        $"measured: fails when switched out {OperationWords.Position(own[window.First])}{(window.Last == window.First ? "" : $" to {OperationWords.Position(own[window.Last])}")}, {window.Last - window.First + 1} places ({window.Probes} probes)");
}
