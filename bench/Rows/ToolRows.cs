using SelfHeal.Hosts;

namespace SelfHeal.Bench.Rows;

/// <summary>The same workload under the recorder and under what one would otherwise take.</summary>
internal static class ToolRows
{
    private const int Rounds = 3;
    private const string Limit = "10"; // seconds

    public static IEnumerable<Row> Measure(Bench bench)
    {
        string[] compute = Workload.Kinds[0].Make(bench.Tools, bench.Work, bench.Bc("none"), 0.1);
        string[] copy = ["/usr/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=20000", "status=none"];
        return Compare(bench, "bc, factorials, 0.1 s", compute).Concat(Compare(bench, "dd bs=1, 40,000 calls", copy));
    }

    private static List<Row> Compare(Bench bench, string name, string[] program)
    {
        string source = bench.Recorded.Once(bench.Tools, program);
        List<(string Name, string[] Command)> tools =
        [
            ("recorder", bench.Recorded.Command(Rounds, program)),
            ("guard replay", bench.Recorded.Replay(Rounds, program, source, guard: true)),
        ];
        Add("strace -f", ["strace", "-f", "-o", "/dev/null"]);
        Add("ltrace", ["ltrace", "-o", "/dev/null"]);
        Add("valgrind memcheck", ["valgrind", "-q", "--log-file=/dev/null"]);
        Interleave times = Interleave.Run(
            bench.Tools, Rounds, [program, .. tools.Select(tool => tool.Command)], [0, 124]);
        return [.. tools.Select((tool, i) => new Row($"{tool.Name} / original: {name}", "x", times.WallRatios(0, i + 1), null,
            tool.Command[0] == "timeout" && times.Commands[i + 1].Any(s => s.Exit == 124) ? $"wall time; stopped after {Limit} s: at least this" : "wall time"))];

        void Add(string tool, string[] prefix)
        {
            if (ProgramPath.Find(prefix[0], "/", Environment.GetEnvironmentVariable("PATH")) is not null)
            {
                tools.Add((tool, ["timeout", Limit, .. prefix, .. program]));
            }
        }
    }
}
