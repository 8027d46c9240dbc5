namespace SelfHeal.Log;

/// <summary>Puts the input bytes of a log together, per descriptor.</summary>
public static class Inputs
{
    /// <summary>Streams by descriptor, ascending.</summary>
    public static IReadOnlyList<InputStream> Read(EventLog log) => throw new NotSupportedException(log?.Directory);
}
