namespace SelfHeal.PaperTable;

/// <summary>What it was measured on.</summary>
internal static class Machine
{
    /// <param name="processor">The one that was used.</param>
    public static string Describe(int processor)
    {
        string? model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        int processors = File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));
        return $"{model?.Split(": ")[^1] ?? "unknown processor"}, pinned to processor {processor} of {processors}, "
            + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end";
    }
}
