using SelfHeal.Hosts;
using SelfHeal.Patches;

namespace SelfHeal.Testing;

/// <summary>An interactive run of a session: lines to the program, its answers.</summary>
public sealed class Conversation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HealSession _session;
    private readonly Host _host;
    private RunSession? _run;
    private string _what = "recorded";
    private int _seen;

    internal Conversation(HealSession session, Host host)
    {
        _session = session;
        _host = host;
    }

    /// <summary>The program was started, and its end was not yet waited for.</summary>
    public bool IsRunning => _run is not null;

    /// <summary>All that it has printed.</summary>
    public string Output => _run?.Output ?? "";

    /// <summary>Starts the program, with a patch in force if one is given.</summary>
    /// <exception cref="SelfHealException">It already runs.</exception>
    public async Task StartAsync(Patch? patch = null)
    {
        if (_run is not null)
        {
            throw new SelfHealException("The program already runs: call FinishAsync before it is started again.");
        }

        _what = patch is null ? "recorded" : "patched";
        _seen = 0;
        _run = await _host.StartAsync(_session.Request() with
        {
            RunDirectory = _session.NextRun(_what),
            Patch = patch is null ? null : _session.Write(patch),
        }, _session.CancellationToken);
    }

    /// <summary>As <see cref="HealSession.SendLineAsync"/>.</summary>
    public async Task<bool> SendLineAsync(string line)
    {
        if (_run is null)
        {
            await StartAsync();
        }

        return await _run!.WriteLineAsync(line, _session.CancellationToken);
    }

    /// <summary>As <see cref="HealSession.WaitForAsync"/>.</summary>
    /// <exception cref="SelfHealException">It ended without, or did not in time.</exception>
    public async Task<string> WaitForAsync(string text, TimeSpan? timeout = null)
    {
        RunSession run = _run ?? throw new SelfHealException("The program does not run: send it a line first.");
        TimeSpan limit = timeout ?? Patience;
        bool said = await run.WaitForOutputAsync(
            all => all.AsSpan(_seen).Contains(text, StringComparison.Ordinal), limit, _session.CancellationToken);
        string news = run.Output[_seen..];
        if (said)
        {
            _seen += news.Length;
            return news;
        }

        bool ended = run.HasExited || run.OutputEnded;
        string how = ended ? "ended without printing" : $"did not print within {limit.TotalSeconds:0.#} s:";
        string instead = news.Length == 0 ? "it printed nothing" : $"since the last wait it printed \"{news.TrimEnd()}\"";
        throw new SelfHealException($"{Path.GetFileName(_session.Program)} {how} \"{text}\"; {instead}.");
    }

    /// <summary>Sends a line and waits for what it prints next, a full line. Null: it ended instead.</summary>
    public async Task<string?> RequestAsync(string line, TimeSpan? timeout = null)
    {
        if (_run is null)
        {
            await StartAsync();
        }

        string? answer = await _run!.RequestAsync(line, timeout ?? Patience, cancellationToken: _session.CancellationToken);
        _seen = _run.Output.Length;
        return answer;
    }

    /// <summary>As <see cref="HealSession.FinishAsync"/>.</summary>
    public async Task<RunResult> FinishAsync()
    {
        RunSession run = _run ?? throw new SelfHealException("The program does not run: send it a line first.");
        RunResult result = await run.FinishAsync(_session.CancellationToken);
        await run.DisposeAsync();
        _run = null;
        return _session.Ended(_what, result);
    }

    /// <summary>Kills the program if it still runs.</summary>
    internal async Task StopAsync()
    {
        if (_run is { } run)
        {
            _run = null;
            run.Kill();
            try
            {
                _session.Ended(_what, await run.FinishAsync(CancellationToken.None));
            }
            catch (SelfHealException)
            {
                // the test has its own failure to tell
            }

            await run.DisposeAsync();
        }
    }
}
