using SelfHeal.Diagnosis;

namespace SelfHeal.Bench.Rows;

/// <summary>A patch in force against no patch, both recorded: one that is hit, and one that never matches.</summary>
internal static class PreventionRows
{
    private const int Rounds = 9;
    private const int Heaps = 11;

    // more_arrays has to allocate, without overflow
    private static readonly string Arrays = string.Concat(Enumerable.Range(0, 60).Select(i => $"a{i}[0]={i}\n"));

    public static IEnumerable<Row> Measure(Bench bench)
    {
        Workload workload = Workload.Kinds[0];
        // A pad moves all later blocks, and bc's multiplication is up to 15 % faster or slower by where its numbers lie,
        // recorder or not: so each round has another heap.
        string[] guilty = workload.Make(bench.Tools, bench.Work, bench.Bc("more_arrays"), bench.Seconds / 2, before: Arrays);
        string text = File.ReadAllText(guilty[^1]), pattern = Path.Combine(bench.Work, "heap-@.bc");
        for (int round = 0; round <= Heaps; round++)
        {
            string names = string.Concat(Enumerable.Range(0, 3 * round).Select(i => $"v{i}=1\n"));
            File.WriteAllText(pattern.Replace("@", round.ToString(), StringComparison.Ordinal), names + text);
        }

        yield return Compare(bench, "prevention / logged: bc-1, patch in force", [.. guilty[..^1], pattern], HealRows.Patch(bench),
            mustHit: true, Heaps, "another heap in each round; ");

        string bc = bench.Bc("none"), never = Path.Combine(bench.Work, "never.ep");
        File.WriteAllText(never, $"selfheal-patch 1\nmodule bc {ElfImage.TryRead(bc)!.BuildId}\n<bc+0x10> : Pad Allocation 512\n");
        yield return Compare(bench, "prevention / logged: bc, patch never matches",
            workload.Make(bench.Tools, bench.Work, bc, bench.Seconds), never, mustHit: false, Rounds);
    }

    private static Row Compare(Bench bench, string what, string[] program, string patch, bool mustHit, int rounds, string note = "")
    {
        string[] logged = bench.Recorded.Command(rounds, program), patched = bench.Recorded.Command(rounds, program, patch);
        Interleave times = Interleave.Run(bench.Tools, rounds, [logged, patched]);
        long hits = Recorded.Last(patched, rounds).Hits.Sum();
        if (hits > 0 != mustHit)
        {
            throw new BenchException($"{what}: {hits} hits");
        }

        return new Row(what, "x", times.Ratios(0, 1), 1.02, $"{times.Fastest(0, 1)}; {note}{hits} hits");
    }
}
