namespace SelfHeal.Log;

/// <summary>Puts the input bytes of a log together, per descriptor.</summary>
public static class Inputs
{
    /// <summary>Streams by descriptor, ascending.</summary>
    /// <exception cref="DamagedLogException">The log cannot be decoded.</exception>
    public static IReadOnlyList<InputStream> Read(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var streams = new SortedDictionary<int, (MemoryStream Bytes, List<(long Event, int Length)> Chunks)>();
        foreach (LoggedEvent logged in log.Read())
        {
            if (logged.Descriptor < 0 || logged.Input.Length == 0)
            {
                continue;
            }

            if (!streams.TryGetValue(logged.Descriptor, out var stream))
            {
                streams[logged.Descriptor] = stream = (new MemoryStream(), []);
            }

            stream.Bytes.Write(logged.Input.Span);
            stream.Chunks.Add((logged.Index, logged.Input.Length));
        }

        return [.. streams.Select(pair => new InputStream(pair.Key, pair.Value.Bytes.ToArray(), pair.Value.Chunks))];
    }
}
