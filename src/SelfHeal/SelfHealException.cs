namespace SelfHeal;

/// <summary>The set-up of a run, replay or healing failed. The message is one sentence for the user.
/// A fault that was found in the program is never an exception: it is a value.</summary>
public class SelfHealException : Exception
{
    public SelfHealException() : base("SelfHeal failed.") { }

    public SelfHealException(string message) : base(message) { }

    public SelfHealException(string message, Exception innerException) : base(message, innerException) { }
}
