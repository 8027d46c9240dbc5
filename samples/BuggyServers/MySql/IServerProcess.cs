namespace BuggyServers.MySql;

/// <summary>A server that was started. Disposing kills it if it still runs.</summary>
public interface IServerProcess : IAsyncDisposable
{
    /// <summary>Completes when the process has ended: its exit code, or 128 + the signal that killed it.</summary>
    Task<int> Exited { get; }

    /// <summary>The end of what it has written to standard output and standard error so far.</summary>
    string LastOutput { get; }

    /// <summary>Asks it to end (SIGTERM) and returns at once.</summary>
    void Terminate();
}
