using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Patches;
using SelfHeal.Search;

namespace SelfHeal.Reports;

/// <summary>An entry of the patch in a report.</summary>
/// <param name="Change">What it does, in words.</param>
/// <param name="Line">As the patch file has it.</param>
/// <param name="Comments">Where that is, and what was measured.</param>
/// <param name="Hits">How often it matched in the patched run; null: not known.</param>
/// <param name="Cost">What that cost there, one sentence.</param>
internal sealed record EntryPart(string Change, string Line, IReadOnlyList<string> Comments, long? Hits, string Cost)
{
    public static IReadOnlyList<EntryPart> From(HealResult result) => result.Patch is not { } patch ? []
        : From(patch, result.PatchedRun?.Control.Hits ?? [], result.PatchedRun?.Control.Allocations ?? 0);

    public static IReadOnlyList<EntryPart> From(Patch patch, IReadOnlyList<long> hits, long allocations) =>
    [
        .. patch.Entries.Select((entry, i) => new EntryPart(
            Words(entry), entry.ToString(), entry.Comments, i < hits.Count ? hits[i] : null, i < hits.Count ? CostOf(entry, hits[i], allocations) : "")),
    ];

    /// <summary>Bytes that the patch adds behind the block of a finding; null: none.</summary>
    public static long? Room(Patch? patch, OverflowFinding finding) =>
        patch?.Pads.FirstOrDefault(pad => IsOf(pad, finding.AllocationStack)) is { } found ? Math.Max(finding.Size, found.Bytes) : null;

    private static bool IsOf(PadEntry pad, IReadOnlyList<StackFrame> stack) => stack.Count >= pad.Frames.Count
        && pad.Frames.Select((frame, i) => stack[i].Module == frame.Module && stack[i].Offset == frame.Offset).All(same => same);

    private static string Words(PatchEntry entry) => entry switch
    {
        PadEntry pad => string.Create(CultureInfo.InvariantCulture, $"At least {pad.Bytes:N0} bytes more behind each block that is allocated here"),
        HoldEntry hold => string.Create(CultureInfo.InvariantCulture, $"A thread that comes here is not switched out for {hold.Places:N0} place{(hold.Places == 1 ? "" : "s")}, unless it waits"),
        DropEntry { Answer: null } => "A request that matches never arrives",
        _ => "A request that matches never arrives; its sender gets the answer",
    };

    private static string CostOf(PatchEntry entry, long hits, long allocations) => entry switch
    {
        PadEntry pad => string.Create(CultureInfo.InvariantCulture, $"{hits:N0} of {allocations:N0} allocations got more room, in all at least {hits * pad.Bytes:N0} bytes"),
        HoldEntry hold => string.Create(CultureInfo.InvariantCulture, $"a thread was held {Times(hits)}, each time for at most {hold.Places:N0} places and 50 ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hits:N0} request{(hits == 1 ? "" : "s")} never arrived"),
    };

    private static string Times(long hits) => hits == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{hits:N0} times");
}
