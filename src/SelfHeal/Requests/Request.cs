namespace SelfHeal.Requests;

/// <summary>A unit of input that can be dropped as a whole.</summary>
/// <param name="Offset">Bytes of the stream before it.</param>
/// <param name="Bytes">The request, with what ends it.</param>
/// <param name="Kind">More: the stream stopped within it. Malformed: the rest of the stream, uncut.</param>
public sealed record Request(long Offset, ReadOnlyMemory<byte> Bytes, RequestCutKind Kind);
