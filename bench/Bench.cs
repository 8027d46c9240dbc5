using System.Diagnostics;
using SelfHeal.Bench.Rows;
using SelfHeal.Hosts;

namespace SelfHeal.Bench;

/// <summary>Everything that the rows share: the recorder, the programs, a work directory, progress on standard error.</summary>
internal sealed class Bench
{
    private readonly BenchOptions _options;
    private readonly long _start = Stopwatch.GetTimestamp();

    public Bench(BenchOptions options)
    {
        _options = options;
        Repository = FindRepository();
        Work = Path.Combine(Repository, "build", "bench", "work");
        Tools = Path.Combine(Repository, "build", "bench");
    }

    /// <summary>The groups of rows, in the order of the table.</summary>
    public static IReadOnlyDictionary<string, Func<Bench, IEnumerable<Row>>> Groups { get; } =
        new Dictionary<string, Func<Bench, IEnumerable<Row>>>(StringComparer.Ordinal)
        {
            ["logged"] = BcRows.Measure,
            ["prevention"] = PreventionRows.Measure,
            ["waits"] = WaitRows.Measure,
            ["start"] = StartRows.Measure,
            ["calls"] = CallRows.Measure,
            ["log"] = LogRows.Measure,
            ["heal"] = HealRows.Measure,
            ["threads"] = ThreadRows.Measure,
            ["tools"] = ToolRows.Measure,
        };

    public string Repository { get; }

    public string Work { get; }

    /// <summary>Where the C programs of bench/ are built.</summary>
    public string Tools { get; }

    /// <summary>How long a bc workload takes natively.</summary>
    public double Seconds => _options.Seconds;

    public Recorded Recorded => field ??= new Recorded(Recorder, Path.Combine(Work, "runs"));

    /// <summary>A copy: a build in the meantime must not mix two recorders.</summary>
    public RecorderFiles Recorder => field ??= CopyRecorder();

    public string Bc(string bug) => Path.Combine(Repository, "build", "servers", "bc-" + bug, "bin", "bc");

    public int Run()
    {
        Prepare();
        List<Row> rows = [];
        foreach (var (name, measure) in Groups.Where(group => _options.Only.Count == 0 || _options.Only.Contains(group.Key)))
        {
            Say($"{name} ...");
            foreach (Row row in measure(this))
            {
                rows.Add(row);
                Say($"  {row.What}: {row.Median:0.###} {row.Unit}");
            }

            Clear("runs");
        }

        Console.WriteLine(Table.Markdown(rows));
        Console.WriteLine();
        Console.WriteLine($"{Machine()}. Ratios and added times are of processor time (user and system) where not noted "
            + "otherwise, in interleaved runs of whole processes; the middle half of the rounds is shown beside the median.");
        if (_options.Json is { } json)
        {
            File.WriteAllText(json, Table.Json(rows, Machine()));
        }

        return 0;
    }

    public void Say(string text) =>
        Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(_start).TotalSeconds,4:0} s] {text}");

    /// <summary>An empty directory below the work directory.</summary>
    public string Clear(string name)
    {
        string path = Path.Combine(Work, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        return path;
    }

    private void Prepare()
    {
        Directory.CreateDirectory(Tools);
        Clear("runs");
        foreach (string program in (string[])["interleave", "heap_calls", "system_calls", "lock_calls", "hand_over", "memcached_load"])
        {
            string source = Path.Combine(Repository, "bench", program + ".c");
            using Process gcc = Process.Start("gcc", ["-O2", "-Wall", "-pthread", "-o", Path.Combine(Tools, program), source]);
            gcc.WaitForExit();
            if (gcc.ExitCode != 0)
            {
                throw new BenchException($"{source} does not compile");
            }
        }

        if (((string[])["none", "more_arrays"]).FirstOrDefault(bug => !File.Exists(Bc(bug))) is { } missing)
        {
            throw new BenchException($"{Bc(missing)} is missing: make servers");
        }
    }

    private RecorderFiles CopyRecorder()
    {
        string directory = Clear("recorder");
        foreach (string file in (string[])[RecorderFiles.Default.Library, RecorderFiles.Default.Launcher])
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        return new RecorderFiles(Path.Combine(directory, "libselfheal.so"), Path.Combine(directory, "selfheal-launch"));
    }

    private static string Machine()
    {
        string? model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return $"{model?.Split(": ")[^1] ?? "unknown processor"}, {Environment.ProcessorCount} processors, "
            + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end";
    }

    private static string FindRepository()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "SelfHeal.sln")))
            {
                return at;
            }
        }

        throw new BenchException("no repository above " + AppContext.BaseDirectory);
    }
}
