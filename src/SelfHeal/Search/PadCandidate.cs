using System.Numerics;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Search;

/// <summary>Turns measured overflows into pads; the other entries of the patch stay as they are.</summary>
internal sealed class PadCandidate
{
    private readonly List<PatchEntry> _entries = [];
    private readonly Symbolizer _symbolizer;
    private readonly IReadOnlyList<IReadOnlyList<ulong>> _stacks;

    /// <param name="guardRun">Its module map and stacks.bin.</param>
    public PadCandidate(RunDirectory guardRun)
    {
        _symbolizer = new Symbolizer(guardRun.ReadModules());
        string file = guardRun.At("stacks.bin");
        _stacks = File.Exists(file)
            ? [.. TraceReader.Read(file).Where(record => record.Kind == TraceKind.Stack).Select(record => record.Frames)] : [];
    }

    /// <summary>Why nothing could be keyed; null when something was.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>All write findings that more room helps against, or the over-reads when there is no write.</summary>
    public static IReadOnlyList<OverflowFinding> Relevant(IReadOnlyList<OverflowFinding> findings)
    {
        List<OverflowFinding> writes = [.. findings.Where(finding => finding.CanBePadded && finding.IsWrite)];
        return writes.Count > 0 ? writes : [.. findings.Where(finding => finding.CanBePadded)];
    }

    /// <summary>Adds or enlarges entries. Measured sizes are rounded up to a power of two; an entry that is already
    /// there at least doubles.</summary>
    public Patch Build(Patch before, IReadOnlyList<OverflowFinding> findings)
    {
        _entries.AddRange(before.Entries);
        foreach (OverflowFinding finding in Relevant(findings))
        {
            Add(finding, before);
        }

        var names = _entries.SelectMany(entry => entry.Frames).Select(frame => frame.Module).Distinct(StringComparer.Ordinal);
        return new Patch(
            [.. names.Select(name => before.Modules.FirstOrDefault(module => module.Name == name) ?? Module(name))], [.. _entries]);
    }

    /// <summary>Twice as much room everywhere: for a failure that stays although no overflow is seen any more.</summary>
    public static Patch Double(Patch patch) => patch with
    {
        Entries =
        [
            .. patch.Entries.Select(entry => entry is PadEntry pad
                ? pad with { Bytes = Math.Min(PadEntry.MaximumBytes, Math.Max(16, 2 * pad.Bytes)) } : entry),
        ],
    };

    private void Add(OverflowFinding finding, Patch before)
    {
        PatchFrame[] key = Key(finding);
        if (key.Length == 0)
        {
            return;
        }

        // an entry whose key begins with another's would never be reached: the shorter one takes both
        int at = _entries.FindIndex(entry => entry is PadEntry && PatchEntry.Overlap(entry.Frames, key));
        long needed = RoundUp(Math.Max(finding.Extent, finding.Size));
        if (at >= 0)
        {
            var known = (PadEntry)_entries[at];
            long grown = before.Pads.Any(entry => entry.Key == known.Key)
                ? RoundUp(Math.Max(2 * known.Bytes, known.Bytes + finding.Extent)) : known.Bytes;
            IReadOnlyList<PatchFrame> shorter = known.Frames.Count <= key.Length ? known.Frames : key;
            bool larger = Math.Max(grown, needed) > known.Bytes;
            _entries[at] = new PadEntry(
                shorter, Math.Max(grown, needed), larger ? Comments(finding, shorter.Count) : known.Comments);
        }
        else
        {
            _entries.Add(new PadEntry(key, needed, Comments(finding, key.Length)));
        }
    }

    private PatchFrame[] Key(OverflowFinding finding)
    {
        ulong[] addresses = [.. finding.AllocationStack.Select(frame => frame.Address)];
        int depth = KeyDepth.Choose(
            addresses, _stacks, _symbolizer.FunctionIdentity, address => _symbolizer.Find(address)?.Name);
        if (depth == 0)
        {
            Obstacle = "the allocation has no call stack inside of a module";
            return [];
        }

        var frames = finding.AllocationStack.Take(depth).Select(frame => new PatchFrame(frame.Module ?? "", frame.Offset)).ToArray();
        foreach (PatchFrame frame in frames)
        {
            if (Module(frame.Module).BuildId.Length < 8)
            {
                Obstacle = $"{frame.Module} has no build-id: link it with --build-id";
                return [];
            }
        }

        return frames;
    }

    private PatchModule Module(string name) =>
        new(name, _symbolizer.Modules.LastOrDefault(module => module.Name == name)?.BuildId ?? "");

    private static string[] Comments(OverflowFinding finding, int depth)
    {
        string access = finding.AccessFrame is { } frame ? $", {(finding.IsWrite ? "write" : "read")} at {frame}" : "";
        string bytes = finding.Extent == 1 ? "1 byte" : $"{finding.Extent} bytes";
        return
        [
            string.Join(" < ", finding.AllocationStack.Take(depth)),
            $"measured: {bytes} beyond a block of {finding.Size}{access}",
        ];
    }

    private static long RoundUp(long bytes) =>
        Math.Min(PadEntry.MaximumBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, bytes)));
}
