namespace SelfHeal.Log;

/// <summary>Streaming reader of RUN/events. A log that ends early (killed process) is legal.</summary>
public sealed class EventLog
{
    public EventLog(string eventsDirectory) => Directory = eventsDirectory;

    public string Directory { get; }

    /// <summary>Decodes one event after the other.</summary>
    /// <exception cref="DamagedLogException">Thrown while enumerating, after the readable events.</exception>
    public IEnumerable<LoggedEvent> Read() => throw new NotSupportedException();
}
