using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Testing;

/// <summary>A server that a test started. Disposing kills it if it still runs.</summary>
public sealed class HealServer : ServerEndpoint, IAsyncDisposable
{
    private const int Terminated = 15;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);
    private readonly HealSession _session;
    private readonly RunSession _run;
    private readonly Task<RunResult> _ended;
    private volatile bool _asked;

    internal HealServer(HealSession session, string what, RunSession run, string files, int? port)
        : base(Path.GetFileName(session.Program), run.Directory.Path, files, port, run.ProcessId)
    {
        _session = session;
        _run = run;
        _ended = EndAsync(what);
    }

    /// <summary>The process has ended.</summary>
    public bool HasExited => _run.HasExited;

    /// <summary>Asks it to end, by SIGTERM, and waits. One that does not within the limit, 10 seconds unless given, is
    /// killed and counts as a hang.</summary>
    public async Task<RunResult> StopAsync(TimeSpan? limit = null)
    {
        _asked = true;
        _run.Terminate();
        try
        {
            return await _ended.WaitAsync(limit ?? EndLimit, _session.CancellationToken);
        }
        catch (TimeoutException)
        {
            _run.Kill();
            RunResult killed = await _ended.WaitAsync(_session.CancellationToken);
            RunDirectory directory = killed.Directory;
            directory.Save(directory.Info with { Outcome = directory.Info.Outcome! with { TimedOut = true } });
            return killed with { TimedOut = true };
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="SelfHealException">It still runs after the limit, 10 seconds unless given; it is left running.</exception>
    public async Task<RunResult> WaitForExitAsync(TimeSpan? limit = null)
    {
        try
        {
            return await _ended.WaitAsync(limit ?? EndLimit, _session.CancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new SelfHealException(
                $"{Name} still runs {(limit ?? EndLimit).TotalSeconds:0.#} s later: it did not fail. {LastOutput()}", error);
        }
    }

    /// <summary>Kills it if it still runs; its run directory stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended.IsCompleted)
        {
            _run.Kill();
        }

        await ((Task)_ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<RunResult> EndAsync(string what)
    {
        await using RunSession run = _run;
        RunResult result = await run.FinishAsync(_session.CancellationToken);
        return _session.Ended(what, result, _asked && result.Exit.Signal == Terminated
            ? new Failure(FailureKind.None, $"{Name} ended with SIGTERM, as it was asked to.", result.Exit, []) : null);
    }
}
