using SelfHeal.Diagnosis;

namespace SelfHeal.Bench.Rows;

/// <summary>A patch in force against no patch, both recorded: one that is hit, and one that never matches.</summary>
internal static class PreventionRows
{
    private const int Rounds = 5;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        Workload workload = Workload.Kinds[0];
        string arrays = string.Concat(Enumerable.Range(0, 60).Select(i => $"a{i}[0]={i}\n")); // more_arrays, without overflow
        string[] guilty = workload.Make(bench.Tools, bench.Work, bench.Bc("more_arrays"), bench.Seconds, before: arrays);
        yield return Compare(bench, "prevention / logged: bc-1, patch in force", guilty, HealRows.Patch(bench), mustHit: true);

        string bc = bench.Bc("none"), never = Path.Combine(bench.Work, "never.ep");
        File.WriteAllText(never, $"selfheal-patch 1\nmodule bc {ElfImage.TryRead(bc)!.BuildId}\n<bc+0x10> : Pad Allocation 512\n");
        yield return Compare(bench, "prevention / logged: bc, patch never matches",
            workload.Make(bench.Tools, bench.Work, bc, bench.Seconds), never, mustHit: false);
    }

    private static Row Compare(Bench bench, string what, string[] program, string patch, bool mustHit)
    {
        string[] logged = bench.Recorded.Command(Rounds, program), patched = bench.Recorded.Command(Rounds, program, patch);
        Interleave times = Interleave.Run(bench.Tools, Rounds, [logged, patched]);
        long hits = Recorded.Last(patched, Rounds).Hits.Sum();
        if (hits > 0 != mustHit)
        {
            throw new BenchException($"{what}: {hits} hits");
        }

        return new Row(what, "x", times.Ratios(0, 1), 1.02, $"{hits} hits");
    }
}
