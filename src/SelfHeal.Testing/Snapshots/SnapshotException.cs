namespace SelfHeal.Testing.Snapshots;

/// <summary>A snapshot is new, or is not equal to the verified one. The message has the form that Verify's tools parse.</summary>
public sealed class SnapshotException : SelfHealException
{
    public SnapshotException() { }

    public SnapshotException(string message) : base(message) { }

    public SnapshotException(string message, Exception innerException) : base(message, innerException) { }
}
