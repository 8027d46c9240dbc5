namespace SelfHeal.Log;

/// <summary>All input that a program read from one descriptor, in order.</summary>
/// <param name="Descriptor">The descriptor.</param>
/// <param name="Bytes">The input bytes put together.</param>
/// <param name="Chunks">Per read: the event's index and the number of bytes.</param>
public sealed record InputStream(
    int Descriptor, ReadOnlyMemory<byte> Bytes, IReadOnlyList<(long Event, int Length)> Chunks);
