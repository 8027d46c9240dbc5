namespace SelfHeal.Requests;

/// <summary>A request in a log.</summary>
/// <param name="Connection">Where it came.</param>
/// <param name="Index">Its number on that connection, from 0.</param>
/// <param name="Framing">How it was cut.</param>
/// <param name="Request">Its bytes.</param>
/// <param name="FirstEvent">Index of the event that read its first byte.</param>
/// <param name="LastEvent">Index of the event that read its last byte.</param>
public sealed record RecordedRequest(
    RecordedConnection Connection, int Index, Framing Framing, Request Request, long FirstEvent, long LastEvent)
{
    public ReadOnlyMemory<byte> Bytes => Request.Bytes;

    /// <summary>"request 12 of connection 2": both from 1.</summary>
    public override string ToString() => FormattableString.Invariant($"request {Index + 1} of connection {Connection.Number + 1}");
}
