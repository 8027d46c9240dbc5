using SelfHeal.Diagnosis;
using SelfHeal.Log;

namespace SelfHeal.Cli.Output;

/// <summary>The trace of a replay as text: one line per event, allocation and free, with its call stack.</summary>
internal static class TraceText
{
    public static void Write(RunDirectory replay, RunDirectory source, string file)
    {
        string trace = replay.At("trace.bin");
        Dictionary<ulong, string> names = Name(trace, source);
        bool threads = replay.ReadControl().Threads > 0;
        using TextWriter writer = file == "-" ? Console.Out : new StreamWriter(file);
        foreach (TraceRecord record in TraceReader.Read(trace))
        {
            writer.Write(threads ? $"[{record.Thread}] {Line(record)}" : Line(record));
            if (record.Frames.Count > 0)
            {
                writer.Write("  at ");
                writer.Write(string.Join(" < ", Names(record.Frames, names)));
            }

            writer.WriteLine();
        }
    }

    private static IEnumerable<string> Names(IReadOnlyList<ulong> frames, Dictionary<ulong, string> names)
    {
        foreach (ulong frame in frames)
        {
            yield return names[frame];
            if (names[frame].StartsWith("main ", StringComparison.Ordinal))
            {
                yield break;
            }
        }
    }

    private static string Line(TraceRecord record) => record.Kind switch
    {
        TraceKind.Event => $"event {record.Number} {SystemCalls.Name(record.Code)}" +
            $"({string.Join(", ", record.Arguments.Select(a => $"0x{a:x}"))}) = {(long)record.Result}",
        TraceKind.Allocation => $"alloc {record.Number} {AllocationName(record.Code)} {record.Arguments[0]} bytes" +
            $" = 0x{record.Result:x}",
        TraceKind.Place => $"place {record.Number} {(record.Arguments[1] == 1 ? "behind" : "before")} {SystemCalls.Name(record.Code)}" +
            $"(0x{record.Arguments[0]:x})",
        TraceKind.Switch => $"switch at place {record.Number} to thread {record.Arguments[0]}, " +
            ((SwitchReason)record.Code).ToString().ToLowerInvariant(),
        TraceKind.Free => $"free 0x{record.Arguments[0]:x}",
        _ => $"{record.Kind} {record.Number}",
    };

    private static string AllocationName(int code) => code switch
    {
        1 => "malloc",
        2 => "calloc",
        3 => "realloc",
        _ => "aligned",
    };

    /// <summary>Names all addresses in one go: the tool behind the symbolizer is slow to start, not to answer.</summary>
    private static Dictionary<ulong, string> Name(string trace, RunDirectory source)
    {
        HashSet<ulong> addresses = [];
        foreach (TraceRecord record in TraceReader.Read(trace))
        {
            addresses.UnionWith(record.Frames);
        }

        Symbolizer symbolizer = new(source.ReadModules());
        return symbolizer.Symbolize(new CallStack([.. addresses], Truncated: false), firstIsPc: false)
            .ToDictionary(frame => frame.Address, frame => frame.ToString());
    }
}
