using SelfHeal.Hosts;

namespace SelfHeal.Replay;

/// <summary>How a run is to be replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>Write trace.bin.</summary>
    public bool Trace { get; init; }

    /// <summary>Guard mode: measure heap overflows; writes stacks.bin.</summary>
    public bool Guard { get; init; }

    /// <summary>With <see cref="Guard"/>: blocks end exactly at the guard, so that a write into the alignment slack
    /// is seen where it happens. Programs that need aligned blocks may behave otherwise.</summary>
    public bool Exact { get; init; }

    /// <summary>Go over to live execution at a divergence or at the log's end; needs the sandbox.</summary>
    public bool GoLive { get; init; }

    /// <summary>Live from the start, in the sandbox: the log only gives the input, on standard input and from all peers.
    /// Includes <see cref="GoLive"/>.</summary>
    public bool Fresh { get; init; }

    /// <summary>With <see cref="Fresh"/>: input from this event of the log on waits until <see cref="Log.ControlPage.ReleaseInput"/>; null: none.</summary>
    public long? HeldInput { get; init; }

    /// <summary>As <see cref="RunRequest.Background"/>.</summary>
    public bool Background { get; init; }

    /// <summary>As <see cref="RunRequest.Started"/>.</summary>
    public Action<int>? Started { get; init; }

    /// <summary>A patch file that the replay obeys.</summary>
    public string? Patch { get; init; }

    /// <summary>Without the sandbox the replay only injects results and performs nothing.</summary>
    public SandboxUse Sandbox { get; init; } = SandboxUse.WhenAvailable;

    /// <summary>Directory of the replay's own run; null makes a temporary one.</summary>
    public string? RunDirectory { get; init; }

    /// <summary>Null takes four times the recorded duration plus 30 seconds.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Print the program's output on the engine's own standard output as well.</summary>
    public bool InheritOutput { get; init; }
}
