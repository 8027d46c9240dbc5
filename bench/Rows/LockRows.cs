using System.Diagnostics;
using SelfHeal.Chaos;
using SelfHeal.Hosts;
using SelfHeal.Schedules;

namespace SelfHeal.Bench.Rows;

/// <summary>What threads cost in small: a lock, a hand-over, a run of a small program with races.</summary>
internal static class LockRows
{
    private const int Rounds = 7;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        string[] locks = [Path.Combine(bench.Tools, "lock_calls"), "10000000"];
        Interleave times = Interleave.Run(bench.Tools, Rounds, [locks, bench.Recorded.Command(Rounds, locks)]);
        const double Calls = 2e7;
        yield return new Row("added per lock or unlock that nobody waits for", "ns", times.Added(0, 1, Calls * 1e-9), 15,
            $"{times.Processor(0).Min() / Calls * 1e9:0.0} ns without us");
        yield return HandOver(bench, "one processor", ["taskset", "-c", "0"]);
        yield return HandOver(bench, "all processors", []);
        foreach (int jobs in (int[])[1, 2])
        {
            yield return Chaos(bench, jobs);
        }
    }

    private static Row HandOver(Bench bench, string where, string[] prefix)
    {
        const int Times = 50000;
        string[] program = [Path.Combine(bench.Tools, "hand_over"), $"{Times}"];
        Interleave times = Interleave.Run(
            bench.Tools, Rounds, [[.. prefix, .. program], [.. prefix, .. bench.Recorded.Command(Rounds, program)]]);
        double[] Each(int command) => [.. times.Commands[command].Select(sample => sample.Wall / (2 * Times) * 1e9)];
        return new Row($"hand-over between two threads, {where}", "ns", Each(1), null,
            $"wall time of a recorded one; {new Row("", "ns", Each(0), null).Median:0} ns without us");
    }

    private static Row Chaos(Bench bench, int jobs)
    {
        string program = Path.Combine(bench.Tools, "race"), source = Path.Combine(bench.Repository, "tests", "Races", "atomicity_counter.c");
        using (Process gcc = Process.Start("gcc", ["-std=gnu17", "-O1", "-DFIXED", "-pthread", "-o", program, source]))
        {
            gcc.WaitForExit();
            if (gcc.ExitCode != 0)
            {
                throw new BenchException($"{source} does not compile");
            }
        }

        List<double> rates = [];
        for (int i = 0; i < 3; i++)
        {
            var options = new ChaosOptions
            {
                Program = program,
                KeepDirectory = bench.Clear("chaos"),
                Runs = 300,
                Jobs = jobs,
            };
            using var runner = new ChaosRunner(options, new LocalHost(bench.Recorder));
            ChaosResult result = runner.RunAsync(Policy.Pct(3)).GetAwaiter().GetResult();
            rates.Add(result.Failures.Count == 0 ? result.RunsPerSecond : throw new BenchException($"{program} fails"));
        }

        return new Row($"chaos runs per second, {jobs} at a time", "/s", rates, null, "a small program with two threads and a lock, pct:3");
    }
}
