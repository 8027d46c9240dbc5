using SelfHeal.Log;

namespace SelfHeal.Requests;

/// <summary>What a program read from one connection.</summary>
/// <param name="Number">From 0, in the order in which they were opened.</param>
/// <param name="Listening">Descriptor of the socket that it was accepted at; -1 for one that the program opened itself, or
/// where the log does not tell.</param>
/// <param name="IsAccepted">The peer is a client.</param>
/// <param name="Opened">Index of the event that gave it its descriptor.</param>
/// <param name="Input">All that was read, by which events.</param>
/// <param name="EndEvent">Index of the event that read the end of the stream; null: none did.</param>
public sealed record RecordedConnection(int Number, int Listening, bool IsAccepted, long Opened, InputStream Input, long? EndEvent)
{
    /// <summary>The program read the end of the stream.</summary>
    public bool IsEnded => EndEvent is not null;
}
