namespace SelfHeal.Bench.Rows;

/// <summary>bc computing: logged, replayed, and replayed in guard mode, against the original.</summary>
internal static class BcRows
{
    private const int Rounds = 9;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        List<IReadOnlyList<double>> logged = [];
        foreach (Workload workload in Workload.Kinds)
        {
            string[] original = workload.Make(bench.Tools, bench.Work, bench.Bc("none"), bench.Seconds);
            string source = bench.Recorded.Once(bench.Tools, original);
            Interleave times = Interleave.Run(bench.Tools, Rounds,
            [
                original, bench.Recorded.Command(Rounds, original),
                bench.Recorded.Replay(Rounds, original, source, guard: false),
                bench.Recorded.Replay(Rounds, original, source, guard: true),
            ]);
            string note = $"{times.Processor(0).Min():0.0} s, {Recorded.Control(source).Events} events";
            logged.Add(times.Ratios(0, 1));
            yield return new Row($"logged / original: bc, {workload.Name}", "x", logged[^1], 1.05, $"{times.Fastest(0, 1)}; {note}");
            yield return new Row($"guard diagnosis / original: bc, {workload.Name}", "x", times.Ratios(0, 3), 1.5, times.Fastest(0, 3));
            yield return new Row($"replay / original: bc, {workload.Name}", "x", times.Ratios(0, 2), null,
                $"{times.Fastest(0, 2)}; it only computes: nothing to skip");
        }

        double[] means = [.. Enumerable.Range(0, Rounds).Select(i => Math.Pow(logged.Aggregate(1.0, (a, b) => a * b[i]), 1.0 / logged.Count))];
        yield return new Row("logged / original: bc, geometric mean", "x", means, 1.02);
    }
}
