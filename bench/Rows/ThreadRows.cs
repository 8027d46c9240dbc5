using System.Diagnostics;
using SelfHeal.Bench.Servers;
using SelfHeal.Log;

namespace SelfHeal.Bench.Rows;

/// <summary>Programs with threads: real servers, and what they are made of.</summary>
internal static class ThreadRows
{
    private const int Rounds = 40; // of about 0.15 s
    private const int Replays = 3;

    public static IEnumerable<Row> Measure(Bench bench)
    {
        foreach (Row row in LockRows.Measure(bench))
        {
            yield return row;
        }

        foreach (ServerProgram program in ServerProgram.All(bench))
        {
            if (!File.Exists(program.Executable))
            {
                bench.Say($"  {program.Name} is left out: there is no {program.Executable} ({program.Advice})");
                continue;
            }

            foreach (Row row in Measure(bench, program))
            {
                yield return row;
            }

            bench.Clear("runs");
        }
    }

    private static IEnumerable<Row> Measure(Bench bench, ServerProgram program)
    {
        string hold = HoldPatch.AtBusiestPlace(bench, program), never = HoldPatch.Never(bench, program);
        // original, logged, logged with a hold that is hit, logged with one that is not
        var variants = Variants(bench, program, null, hold, never);
        ServerSlices one = ServerSlices.Measure(program, [.. variants.Select(v => (v.Directory, v.Command))], Rounds, "0");
        double each = one.Processor[0].Sum() / Rounds / program.Amount;
        ControlSnapshot logged = Recorded.Control(variants[1].Run), held = Recorded.Control(variants[2].Run);
        yield return new Row($"logged / original, one processor: {program.Name}", "x", one.Ratios(0, 1), 1.05,
            $"{one.Fastest(0, 1)}; wall {Middle(one.WallRatios(0, 1))}; {one.Processor[0].Sum():0.0} s of {each * 1e6:0} µs per {program.Request}");
        yield return Prevention(one, 2, $"{program.Name}, hold in force",
            $"at its busiest place; {held.Hits.Sum()} hits in {held.Places} places", held.Hits.Sum() > 0);
        ControlSnapshot unused = Recorded.Control(variants[3].Run);
        yield return Prevention(one, 3, $"{program.Name}, hold never matches", "no hits", unused.Hits.Sum() == 0 && unused.PatchEntries == 1);
        yield return Bytes(program, logged);
        yield return Replay(bench, program, one, variants[1].Program, variants[1].Run);

        bench.Clear("runs");
        ServerSlices all = ServerSlices.Measure(
            program, [.. Variants(bench, program, [null]).Select(v => (v.Directory, v.Command))], Rounds, null);
        yield return new Row($"logged / original, all processors: {program.Name}", "x", all.Ratios(0, 1), null,
            $"{all.Fastest(0, 1)}; wall {Middle(all.WallRatios(0, 1))}: threads run one at a time");
    }

    /// <summary>The original, and a recorded run with each of the patches.</summary>
    private static List<(string Directory, string[] Program, string[] Command, string Run)> Variants(
        Bench bench, ServerProgram program, params string?[] patches)
    {
        string directory = bench.Clear("server-original");
        string[] original = program.Command(directory);
        List<(string, string[], string[], string)> variants = [(directory, original, original, "")];
        foreach (string? patch in patches)
        {
            directory = bench.Clear($"server-{variants.Count}");
            original = program.Command(directory);
            var (command, run) = bench.Recorded.Single(original, patch);
            variants.Add((directory, original, command, run));
        }

        return variants;
    }

    private static Row Prevention(ServerSlices slices, int variant, string what, string note, bool good) =>
        good ? new Row($"prevention / logged: {what}", "x", slices.Ratios(1, variant), 1.02, $"{slices.Fastest(1, variant)}; {note}")
            : throw new BenchException($"{what}: the patch does not do what it is meant to do");

    // An event as in the paper: a system call or a pthread call; that is a place. The log has no record of most of them.
    private static Row Bytes(ServerProgram program, ControlSnapshot control)
    {
        double bytes = control.LogBytes - control.InputBytes;
        return new Row($"log bytes per event: {program.Name}", "bytes", [bytes / control.Places], 4,
            $"{control.Places} system calls and pthread calls; {bytes / control.Events:0.0} for each of {control.Events} records; "
            + $"{control.InputBytes} input bytes, {control.LogBytes} in all; {control.Switches} switches");
    }

    private static Row Replay(Bench bench, ServerProgram program, ServerSlices slices, string[] original, string run)
    {
        List<double> seconds = [];
        for (int i = 0; i < Replays; i++)
        {
            var (command, replayed) = bench.Recorded.Single(original, source: run);
            long start = Stopwatch.GetTimestamp();
            Server.RunQuietly(command);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (Recorded.Control(replayed) is { Status: not RunStatus.Ended } control)
            {
                throw new BenchException($"the replay of {program.Name} is not exact: {control.Status} {control.Divergence?.Text}");
            }
        }

        double wall = slices.Wall[0].Sum() * (Rounds + 1) / Rounds; // and the slice that warms up
        return new Row($"replay / original: {program.Name}", "x", [.. seconds.Select(second => second / wall)], null,
            $"wall time on all processors, with start and end, against {wall:0.0} s of answers on one");
    }

    private static string Middle(IReadOnlyList<double> values) => $"{new Row("", "x", values, null).Median:0.000}";
}
