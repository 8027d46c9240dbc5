namespace SelfHeal.Log;

/// <summary>RUN/control mapped into memory: both sides see writes at once.</summary>
public sealed class ControlPage : IDisposable
{
    private ControlPage() { }

    /// <summary>Writes a new page for a run that is about to start.</summary>
    public static void Create(string path, RunMode mode, RunFlags flags, ulong seed, string sourceRun) =>
        throw new NotSupportedException(path);

    /// <exception cref="DamagedRunException">Missing, too short, no control page, or another ABI version.</exception>
    public static ControlPage Open(string path) => throw new NotSupportedException(path);

    public ControlSnapshot Read() => throw new NotSupportedException();

    /// <summary>Tells the running recorder to read RUN/patch.ep again.</summary>
    public void BumpPatchGeneration() => throw new NotSupportedException();

    public void Dispose() { }
}
