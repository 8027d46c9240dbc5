namespace SelfHeal.Hosts;

/// <summary>Whether the sandbox can be made on this machine.</summary>
/// <param name="Available">It can.</param>
/// <param name="Reason">Why not and what is needed; empty when available.</param>
public sealed record Sandbox(bool Available, string Reason)
{
    /// <summary>Asks the launcher once per process.</summary>
    public static Sandbox Probe() => throw new NotSupportedException();
}
