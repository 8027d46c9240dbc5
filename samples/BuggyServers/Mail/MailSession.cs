using SelfHeal.Hosts;
using SelfHeal.Terminals;

namespace BuggyServers.Mail;

/// <summary>A mail reader on a terminal, and who types on it.</summary>
public sealed class MailSession : IAsyncDisposable
{
    /// <summary>For each thing that is waited for: the machine may be busy.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationToken _cancellation;

    private MailSession(Terminal terminal, Task<RunResult> run, CancellationToken cancellation) =>
        (Terminal, Run, _cancellation) = (terminal, run, cancellation);

    public Terminal Terminal { get; }

    /// <summary>Completes when the reader has ended.</summary>
    public Task<RunResult> Run { get; }

    /// <summary>How many characters were typed.</summary>
    public int Keys { get; private set; }

    /// <param name="request">The reader.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <param name="host">Where it runs; null: on this machine.</param>
    public static MailSession Start(RunRequest request, CancellationToken cancellation, Host? host = null)
    {
        Terminal terminal = Terminal.Open();
        return new MailSession(terminal, (host ?? new LocalHost()).RunAsync(request with { Terminal = terminal, Timeout = TimeSpan.FromMinutes(4) }, cancellation), cancellation);
    }

    public async Task TypeAsync(string keys)
    {
        await Terminal.SendAsync(keys, _cancellation).ConfigureAwait(false);
        Keys += keys.Length;
    }

    public Task WaitAsync(string text) => Terminal.WaitForTextAsync(text, Limit, _cancellation);

    /// <summary>Types, then waits for what the screen shows of it.</summary>
    public async Task TypeAsync(string keys, string thenWaitFor)
    {
        await TypeAsync(keys).ConfigureAwait(false);
        await WaitAsync(thenWaitFor).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await Terminal.DisposeAsync().ConfigureAwait(false);
        await ((Task)Run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
