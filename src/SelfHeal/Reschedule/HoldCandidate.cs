using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>Turns vulnerable windows into holds.</summary>
/// <param name="trace">Of the run in which the windows were found.</param>
internal sealed class HoldCandidate(ScheduleTrace trace)
{
    private static readonly string[] LibraryNames = ["std::", "__gnu_cxx::", "__gthread", "__gthrw"];
    private readonly IReadOnlyList<IReadOnlyList<ulong>> _stacks =
        [.. trace.Places.Where(place => !place.IsBehind).Select(place => place.Frames).DistinctBy(frames => string.Join(' ', frames))];

    /// <summary>Why the last window could not be held; null when it could.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The patch with a hold for the window: an entry more, or a longer one. Null: it cannot be held.</summary>
    public (Patch Patch, HoldEntry Entry)? Build(Patch before, VulnerableWindow window)
    {
        Obstacle = null;
        SchedulePlace? start = Start(window);
        if (start is null)
        {
            Obstacle = "no operation of the thread lies in the window";
            return null;
        }

        if (Covering(before, window, start) is { } covering)
        {
            HoldEntry longer = covering.Entry with
            {
                Places = Length(window, covering.Start),
                Comments = [covering.Entry.Comments.Count > 0 ? covering.Entry.Comments[0] : "", Measured(window)],
            };
            return longer.Places <= covering.Entry.Places ? NoChange()
                : (before with { Entries = [.. before.Entries.Select(entry => ReferenceEquals(entry, covering.Entry) ? longer : entry)] }, longer);
        }

        PatchFrame[] key = Key(start);
        if (key.Length == 0)
        {
            return null;
        }

        return Merge(before, new HoldEntry(key, Length(window, start.Number), Comments(start, window, key.Length)));
    }

    /// <summary>From the hold's start to the window's end. A release that has to wake somebody passes one place more, its
    /// system call: where it had nobody to wake, there is room for that.</summary>
    private long Length(VulnerableWindow window, long start)
    {
        int thread = window.Switch.Thread;
        long wakes = 0;
        for (long number = start + 1; number <= window.Last; number++)
        {
            wakes += trace.Find(thread, number) is { IsBehind: true, IsSystemCall: false } && trace.Find(thread, number - 1) is { IsBehind: false, IsSystemCall: false } ? 1 : 0;
        }

        return Math.Min(HoldEntry.MaximumPlaces, window.Last - start + 1 + wakes);
    }

    /// <summary>A hold begins at a place before an operation, and ends where its thread waits.</summary>
    private SchedulePlace? Start(VulnerableWindow window)
    {
        int thread = window.Switch.Thread;
        long waited = Waits(thread).Where(place => place < window.First).DefaultIfEmpty(0).Max();
        for (long number = window.First; number > waited; number--)
        {
            if (Beginning(thread, number) is { } place)
            {
                return place;
            }
        }

        for (long number = window.First + 1; number <= window.Last; number++)
        {
            if (Beginning(thread, number) is { } place)
            {
                return place;
            }
        }

        return null;
    }

    private SchedulePlace? Beginning(int thread, long number) =>
        trace.Find(thread, number) is { IsBehind: false } place && !IsNested(place) ? place : null;

    private IEnumerable<long> Waits(int thread) => trace.Switches
        .Where(one => one.Thread == thread && one.Reason is SwitchReason.Blocked or SwitchReason.Outside).Select(one => one.Place);

    /// <summary>A system call inside of a pthread function that has a place of its own: the recorder's frames lie between,
    /// and they are no key.</summary>
    private bool IsNested(SchedulePlace place) =>
        place.Frames.Any(address => trace.Symbolizer.Find(address)?.Name.StartsWith("libselfheal", StringComparison.Ordinal) == true);

    /// <summary>The hold in force that has not ended where the new one would begin, or ends right before it: while one
    /// lasts, no other one begins.</summary>
    private (HoldEntry Entry, long Start)? Covering(Patch patch, VulnerableWindow window, SchedulePlace start)
    {
        int thread = window.Switch.Thread;
        HashSet<long> waits = [.. Waits(thread)];
        (HoldEntry Entry, long Start)? active = null;
        for (long number = 1; number <= start.Number; number++)
        {
            bool over = active is not { } current || number >= current.Start + current.Entry.Places;
            if (over && trace.Find(thread, number) is { IsBehind: false } place
                && patch.Holds.FirstOrDefault(hold => Matches(hold, place)) is { } begins)
            {
                active = (begins, number);
            }

            active = waits.Contains(number) ? null : active;
        }

        return active is { } last && last.Start + last.Entry.Places >= start.Number ? last : null;
    }

    private bool Matches(HoldEntry hold, SchedulePlace place) => hold.Frames.Count <= place.Frames.Count
        && hold.Frames.Zip(place.Frames).All(pair => trace.Symbolizer.Find(pair.Second) is { } module
            && module.Name == pair.First.Module && pair.Second - module.Base == pair.First.Offset);

    private (Patch Patch, HoldEntry Entry)? Merge(Patch before, HoldEntry hold)
    {
        List<PatchEntry> entries = [.. before.Entries];
        int at = entries.FindIndex(entry => entry is HoldEntry && PatchEntry.Overlap(entry.Frames, hold.Frames));
        if (at >= 0)
        {
            var known = (HoldEntry)entries[at];
            long places = Math.Max(known.Places, hold.Places);
            if (places == known.Places && known.Frames.Count <= hold.Frames.Count)
            {
                return NoChange();
            }

            hold = (known.Frames.Count <= hold.Frames.Count ? known : hold) with { Places = places, Comments = hold.Comments };
            entries[at] = hold;
        }
        else
        {
            entries.Add(hold);
        }

        var names = entries.SelectMany(entry => entry.Frames).Select(frame => frame.Module).Distinct(StringComparer.Ordinal);
        return (new Patch(
            [.. names.Select(name => before.Modules.FirstOrDefault(module => module.Name == name) ?? Module(name))], entries), hold);
    }

    private (Patch Patch, HoldEntry Entry)? NoChange()
    {
        Obstacle = "a hold is there already and does not help";
        return null;
    }

    /// <summary>Past system call stubs and wrappers, as for pads, and past what the standard library's headers inline.</summary>
    private PatchFrame[] Key(SchedulePlace place)
    {
        string? ModuleOf(ulong address) => trace.Symbolizer.Find(address)?.Name;
        int depth = KeyDepth.Choose(place.Frames, _stacks, trace.Symbolizer.FunctionIdentity, ModuleOf);
        IReadOnlyList<StackFrame> frames = Symbols(place);
        while (depth > 0 && depth < Math.Min(frames.Count, PatchEntry.MaximumFrames) && IsLibrary(frames[depth - 1]) && frames[depth].Module is not null)
        {
            depth++;
        }

        if (depth == 0)
        {
            Obstacle = "the place has no call stack inside of a module";
            return [];
        }

        foreach (StackFrame frame in frames.Take(depth))
        {
            if (Module(frame.Module!).BuildId.Length < 8)
            {
                Obstacle = $"{frame.Module} has no build-id: link it with --build-id";
                return [];
            }
        }

        return [.. frames.Take(depth).Select(frame => new PatchFrame(frame.Module!, frame.Offset))];
    }

    private IReadOnlyList<StackFrame> Symbols(SchedulePlace place) =>
        trace.Symbolizer.Symbolize(place.Stack, firstIsPc: place.IsSystemCall);

    private static bool IsLibrary(StackFrame frame) => frame.Locations.Count > 0
        && LibraryNames.Any(name => frame.Locations[^1].Function?.StartsWith(name, StringComparison.Ordinal) == true);

    private PatchModule Module(string name) =>
        new(name, trace.Symbolizer.Modules.LastOrDefault(module => module.Name == name)?.BuildId ?? "");

    private string[] Comments(SchedulePlace place, VulnerableWindow window, int depth) =>
        [ExplainedOperation.Short(Symbols(place), depth), Measured(window)];

    private string Measured(VulnerableWindow window)
    {
        int thread = window.Switch.Thread;
        string last = trace.Find(thread, window.Last) is { } place ? $", the last one {OperationWords.Position(place)}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"measured: fails when switched out at {window.Count} place{(window.Count == 1 ? "" : "s")} of thread {thread}, for thread {window.Switch.Next}{last}");
    }
}
