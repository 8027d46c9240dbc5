using SelfHeal.Diagnosis;

namespace SelfHeal.Bench.Rows;

/// <summary>What the recorder adds to a system call and to an allocation.</summary>
internal static class CallRows
{
    private const int Rounds = 7;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        string[] copy = ["/usr/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=500000", "status=none"];
        yield return Compare(bench, "added per system call: dd bs=1", copy, 1e6, 60);
        yield return Compare(bench, "added per system call: times()", [Path.Combine(bench.Tools, "system_calls"), "1000000"], 1e6, null,
            "one of those without a short way of their own");
        string heap = Path.Combine(bench.Tools, "heap_calls");
        string[] allocations = [heap, "40000000"];
        yield return Compare(bench, "added per malloc and free", allocations, 4e7, 3);
        string patch = Path.Combine(bench.Work, "heap.ep");
        File.WriteAllText(patch, $"selfheal-patch 1\nmodule heap_calls {ElfImage.TryRead(heap)!.BuildId}\n<heap_calls+0x10> : Pad Allocation 512\n");
        yield return Compare(bench, "added per malloc and free, with a patch", allocations, 4e7, null, "the patch never matches", patch);
    }

    private static Row Compare(
        Bench bench, string what, string[] program, double calls, double? target, string note = "", string? patch = null)
    {
        Interleave times = Interleave.Run(bench.Tools, Rounds, [program, bench.Recorded.Command(Rounds, program, patch)]);
        string native = $"{times.Processor(0).Min() / calls * 1e9:0.0} ns without us";
        return new Row(what, "ns", times.Added(0, 1, calls * 1e-9), target, note.Length > 0 ? $"{native}; {note}" : native);
    }
}
