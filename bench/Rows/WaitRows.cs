namespace SelfHeal.Bench.Rows;

/// <summary>A program that waits: its replay does not.</summary>
internal static class WaitRows
{
    private const int Rounds = 7;
    private const string Script =
        "my $x = 1; for my $i (1 .. 20) { select(undef, undef, undef, 0.05); $x = ($x * 7 + $i) % 1000003 for 1 .. 20000; } print \"$x\\n\"";

    public static IEnumerable<Row> Measure(Bench bench)
    {
        string[] original = ["/usr/bin/perl", "-e", Script];
        string source = bench.Recorded.Once(bench.Tools, original);
        Interleave times = Interleave.Run(bench.Tools, Rounds,
            [original, bench.Recorded.Replay(Rounds, original, source, guard: false)]);
        yield return new Row("replay / original: perl, 20 waits of 50 ms", "x", times.WallRatios(0, 1), 0.5, "wall time");
    }
}
