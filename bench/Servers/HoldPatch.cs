using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Bench.Servers;

/// <summary>Patches with a hold: at the place that a server comes to most often, and at one that there is not.</summary>
internal static class HoldPatch
{
    private const int Amount = 100; // of work, in a trace of everything

    public static string Never(Bench bench, ServerProgram program) =>
        Save(bench, program, "never", new PatchFrame(Path.GetFileName(program.Executable), 0x10), program.Executable);

    /// <summary>From a trace of a short run.</summary>
    public static string AtBusiestPlace(Bench bench, ServerProgram program)
    {
        string directory = bench.Clear("server-trace");
        string[] original = program.Command(directory);
        var (command, run) = bench.Recorded.Single(original);
        List<(ulong Start, ulong End, string Path)> maps;
        using (var server = new Server(program, directory, command, null))
        {
            _ = server.Serve(Amount);
            maps = Maps(server.ProcessId);
            server.Stop();
        }

        var (replay, traced) = bench.Recorded.Single(original, source: run, flags: RunFlags.Trace);
        Server.RunQuietly(replay);
        if (Recorded.Control(traced).Divergence is { } divergence)
        {
            throw new BenchException($"the replay of {program.Name} diverges: {divergence.Text}");
        }

        ulong busiest = TraceReader.Read(Path.Combine(traced, "trace.bin"))
            .Where(record => record.Kind == TraceKind.Place && record.Arguments[1] == 0 && record.Frames.Count > 0)
            .CountBy(record => record.Frames[0]).OrderByDescending(pair => pair.Value).Select(pair => pair.Key)
            .First(place => maps.Exists(map => map.Start <= place && place < map.End));
        Directory.Delete(traced, recursive: true);
        string path = maps.First(map => map.Start <= busiest && busiest < map.End).Path;
        ulong start = maps.Where(map => map.Path == path).Min(map => map.Start); // position-independent: its offset 0
        return Save(bench, program, "hold", new PatchFrame(Path.GetFileName(path), busiest - start), path);
    }

    private static string Save(Bench bench, ServerProgram program, string name, PatchFrame frame, string module)
    {
        string buildId = ElfImage.TryRead(module)?.BuildId ?? throw new BenchException($"{module} has no build-id");
        string path = Path.Combine(bench.Work, $"{Path.GetFileName(program.Executable)}-{name}.ep");
        PatchFile.Save(new Patch([new PatchModule(frame.Module, buildId)], [new HoldEntry([frame], 2, [])]), path);
        return path;
    }

    private static List<(ulong Start, ulong End, string Path)> Maps(int process) =>
    [
        .. File.ReadLines($"/proc/{process}/maps").Where(line => line.Contains('/')).Select(line =>
        {
            string[] range = line.Split(' ')[0].Split('-');
            return (Number(range[0]), Number(range[1]), line[line.IndexOf('/')..]);
        }),
    ];

    private static ulong Number(string hex) => ulong.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
