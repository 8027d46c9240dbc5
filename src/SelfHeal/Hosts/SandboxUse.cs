namespace SelfHeal.Hosts;

/// <summary>Whether a run happens in the sandbox, which cannot touch the real files or the network.</summary>
public enum SandboxUse
{
    /// <summary>Run on the real system.</summary>
    Off,

    /// <summary>In the sandbox where it can be made, else on the real system.</summary>
    WhenAvailable,

    /// <summary>In the sandbox, or <see cref="SandboxUnavailableException"/>.</summary>
    Required,
}
