namespace SelfHeal;

/// <summary>A run directory cannot be read: it is missing, damaged, or written by a newer SelfHeal.</summary>
public class DamagedRunException : SelfHealException
{
    public DamagedRunException() : base("A run directory cannot be read: it is missing, damaged, or written by a newer SelfHeal.") { }

    public DamagedRunException(string message) : base(message) { }

    public DamagedRunException(string message, Exception innerException) : base(message, innerException) { }
}
