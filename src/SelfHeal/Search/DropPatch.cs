using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;
using SelfHeal.Reschedule;

namespace SelfHeal.Search;

/// <summary>Makes patches with drops.</summary>
internal static class DropPatch
{
    private const int MaximumFixed = 2048; // bytes that a pattern may name

    /// <summary>Drops exactly these requests, wherever they are read.</summary>
    public static Patch Exactly(Patch before, IEnumerable<RecordedRequest> requests) => requests.Aggregate(
        before, (patch, request) => With(patch, new DropEntry([], request.Framing, [Exact(request.Bytes)], RefusalAnswer.To(request)), []));

    /// <summary>The patch with a drop more, or with further patterns in one for the same input.</summary>
    public static Patch With(Patch before, DropEntry drop, IReadOnlyList<ModuleInfo> modules)
    {
        List<PatchEntry> entries = [.. before.Entries];
        int at = entries.FindIndex(entry => entry is DropEntry known && known.Key == drop.Key && known.Framing.Equals(drop.Framing)
            && Equals(known.Answer, drop.Answer) && known.LastDay == drop.LastDay);
        if (at < 0)
        {
            entries.Add(drop);
        }
        else
        {
            var known = (DropEntry)entries[at];
            entries[at] = new DropEntry(
                known.Frames, known.Framing, [.. known.Patterns.Union(drop.Patterns)], known.Answer, known.LastDay,
                [.. known.Comments.Union(drop.Comments)]);
        }

        return HoldPatch.Of(modules, entries, before);
    }

    /// <summary>A pattern of this request alone; of a long one its beginning and its length.</summary>
    public static RequestPattern Exact(ReadOnlyMemory<byte> request)
    {
        for (int size = Math.Min(request.Length, MaximumFixed);; size /= 2)
        {
            try
            {
                var start = new FixedElement(request[..size]);
                return size == request.Length ? new RequestPattern([start]) : new RequestPattern([start, PatternElement.Anything], request.Length);
            }
            catch (FormatException) when (size > 1)
            {
                // its text is too long: bytes that are not printable take four characters
            }
        }
    }

    /// <summary>Null: a request was dropped by what the patch has more than the one before; else that none was.</summary>
    public static string? Missed(Patch before, Patch patch, ControlSnapshot control) =>
        patch.Entries.Where((entry, i) => entry is DropEntry && !before.Entries.Contains(entry) && control.Hits.ElementAtOrDefault(i) > 0).Any()
            ? null : "no request was dropped, and it did not fail all the same";

    /// <summary>A patch can hold this one.</summary>
    public static bool Fits(Patch patch) => patch.Drops.Count() <= Patch.MaximumDrops
        && patch.Drops.Sum(drop => drop.Patterns.Count) <= Patch.MaximumPatterns && patch.Entries.Count <= Patch.MaximumEntries
        && !patch.Entries.Where((entry, i) => patch.Entries.Take(i).Any(entry.Overlaps)).Any();
}
