using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Search;

namespace SelfHeal.Bench.Rows;

/// <summary>From a failure to its validated patch: bc-1, 92 scalars and 66 arrays.</summary>
internal static class HealRows
{
    private const int Rounds = 3;

    private static readonly string Failing =
        string.Concat(Enumerable.Range(0, 92).Select(i => $"v{i}={i}\n"))
        + string.Concat(Enumerable.Range(0, 66).Select(i => $"a{i}[0]={i}\n")) + "v91+a65[0]\n";

    public static IEnumerable<Row> Measure(Bench bench)
    {
        List<double> ratios = [], trials = [], brief = [];
        string[] busy = Workload.Kinds[0].Make(bench.Tools, bench.Work, bench.Bc("more_arrays"), bench.Seconds, after: Failing);
        for (int i = 0; i < Rounds; i++)
        {
            var (original, healed) = Heal(bench, File.ReadAllText(busy[^1]));
            ratios.Add(healed.TimeToPatch.TotalSeconds / original.TotalSeconds);
            trials.Add(healed.Trials.Count);
            var (_, small) = Heal(bench, Failing);
            brief.Add(small.TimeToPatch.TotalSeconds);
            trials.Add(small.Trials.Count);
        }

        yield return new Row("failure to validated patch / original run: bc-1", "x", ratios, 1.0,
            $"wall time; it fails after {bench.Seconds:0} s of computing, which diagnosis and validation each do again");
        yield return new Row("failure to validated patch: bc-1, fails at once", "s", brief, null, "wall time, with set-up of four sandboxes");
        yield return new Row("trials: bc-1", "", trials, 1);
    }

    /// <summary>The patch that healing bc-1 gives; made once.</summary>
    public static string Patch(Bench bench)
    {
        string patch = Path.Combine(bench.Work, "bc-1.ep");
        var (_, healed) = Heal(bench, Failing);
        File.Copy(healed.PatchPath!, patch, overwrite: true);
        return patch;
    }

    private static (TimeSpan Original, HealResult Healed) Heal(Bench bench, string input)
    {
        string directory = bench.Clear("heal");
        var host = new LocalHost(bench.Recorder);
        RunResult run = host.RunAsync(new RunRequest
        {
            Program = bench.Bc("more_arrays"),
            Arguments = ["-q"],
            Input = RunInput.FromText(input),
            RunDirectory = Path.Combine(directory, "run"),
        }).GetAwaiter().GetResult();
        HealResult healed = new Healer(host).HealAsync(run.Directory).GetAwaiter().GetResult();
        return healed.Verdict == HealVerdict.Healed ? (run.Duration, healed)
            : throw new BenchException($"bc-1 was not healed: {healed.Sentence}");
    }
}
