namespace SelfHeal;

/// <summary>No container engine answers. The message says how to get one.</summary>
public sealed class EngineUnavailableException : SelfHealException
{
    public EngineUnavailableException() : base("No container engine answers.") { }

    public EngineUnavailableException(string message) : base(message) { }

    public EngineUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
