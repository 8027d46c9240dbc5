namespace SelfHeal.Log;

/// <summary>Streaming reader of trace.bin and stacks.bin.</summary>
public static class TraceReader
{
    /// <exception cref="DamagedLogException">Thrown while enumerating.</exception>
    public static IEnumerable<TraceRecord> Read(string path) => throw new NotSupportedException(path);
}
