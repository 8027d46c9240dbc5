namespace SelfHeal;

/// <summary>The sandbox cannot be made here; the message says what is needed.</summary>
public class SandboxUnavailableException : SelfHealException
{
    public SandboxUnavailableException() : base("The sandbox cannot be made here; the message says what is needed.") { }

    public SandboxUnavailableException(string message) : base(message) { }

    public SandboxUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
