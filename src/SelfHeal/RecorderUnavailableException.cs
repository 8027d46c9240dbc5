namespace SelfHeal;

/// <summary>libselfheal.so or selfheal-launch cannot be found or used.</summary>
public class RecorderUnavailableException : SelfHealException
{
    public RecorderUnavailableException() : base("libselfheal.so or selfheal-launch cannot be found or used.") { }

    public RecorderUnavailableException(string message) : base(message) { }

    public RecorderUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
