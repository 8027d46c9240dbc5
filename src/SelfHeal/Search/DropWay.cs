using SelfHeal.Patches;

namespace SelfHeal.Search;

/// <summary>How drops are written: for what is read at the location of the bad request, or anywhere; general, or exactly that one.</summary>
/// <param name="ByLocation">By the call stack of the read.</param>
/// <param name="Exact">Of the request alone.</param>
internal sealed record DropWay(bool ByLocation, bool Exact)
{
    /// <summary>Of the patch's file name.</summary>
    public string Suffix => (ByLocation ? "" : "-anywhere") + (Exact ? "-exact" : "");

    /// <summary>What is tried, in this order.</summary>
    public static IEnumerable<DropWay> Of(IReadOnlyList<DroppedRequest> dropped, RequestLocation location) =>
        new DropWay[] { new(true, false), new(false, false), new(false, true) }.Skip(dropped.Any(one => location.Of(one.Request).Frames.Count > 0) ? 0 : 1);

    /// <summary>With the patterns that are written.</summary>
    public IReadOnlyList<DroppedRequest> Used(IReadOnlyList<DroppedRequest> dropped) =>
        Exact ? [.. dropped.Select(one => one with { Patterns = [DropPatch.Exact(one.Request.Bytes)] })] : dropped;

    /// <summary>The patch before, with these drops.</summary>
    public Patch Patch(Patch before, IReadOnlyList<DroppedRequest> dropped, RequestLocation location) =>
        Used(dropped).Aggregate(before, (made, one) => DropPatch.With(made, Entry(one, location), location.Modules));

    private DropEntry Entry(DroppedRequest one, RequestLocation location)
    {
        (IReadOnlyList<PatchFrame> frames, string text) = location.Of(one.Request);
        string where = frames.Count == 0 ? $"read anywhere, for {text}" : ByLocation ? text : $"read anywhere, not only at {text}";
        return new DropEntry(
            ByLocation ? frames : [], one.Request.Framing, one.Patterns, one.Answer, comments: [where, "measured: " + one.Sentence]);
    }
}
