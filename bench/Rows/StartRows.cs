using SelfHeal.Measure;

namespace SelfHeal.Bench.Rows;

/// <summary>What the recorder adds to a program that ends at once: launcher, loading, set-up, end.</summary>
internal static class StartRows
{
    private const int Rounds = 200;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        yield return Compare(bench, "/bin/true", ["/bin/true"]);
        yield return Compare(bench, "bc", [bench.Bc("none"), "-q", "/dev/null"]);
    }

    private static Row Compare(Bench bench, string name, string[] program)
    {
        string[] command = bench.Recorded.Command(Rounds, program);
        Interleave times = Interleave.Run(bench.Tools, Rounds, [program, command]);
        double fastest = times.Commands[1].Min(s => s.Wall) - times.Commands[0].Min(s => s.Wall);
        double wall = PairedMeasurement.Median([.. times.Commands[0].Zip(times.Commands[1], (a, b) => b.Wall - a.Wall)]);
        return new Row($"start-up added: {name}", "ms", times.Added(0, 1, 1e-3), 2,
            $"wall time: median {wall * 1e3:0.00} ms, fastest to fastest {fastest * 1e3:0.00} ms; "
            + $"in the recorder {Recorded.Last(command, Rounds).Setup.TotalMilliseconds:0.00} ms");
    }
}
