using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SelfHeal.Hosts;

namespace BuggyServers.Mail;

/// <summary>Debian's dovecot, serving one user's mail by IMAP on a free port of loopback; all its files are in one directory.
/// Disposing stops it.</summary>
public sealed partial class DovecotServer : IAsyncDisposable
{
    public const string User = "me";
    public const string Password = "secret";

    private const string Program = "/usr/sbin/dovecot";
    private const int Sigterm = 15;
    private const int PortsTried = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private DovecotServer(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>On 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts it with these folders (INBOX and others) and waits until it listens.</summary>
    /// <param name="directory">An absolute path that does not exist; short, as Unix sockets are made in it.</param>
    /// <param name="folders">The folders' names and messages.</param>
    /// <param name="cancellationToken">Ends the server, too.</param>
    /// <exception cref="MailSetUpException">It is not installed, or does not come up.</exception>
    public static async Task<DovecotServer> StartAsync(
        string directory, IReadOnlyDictionary<string, Mailbox> folders, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
            throw new MailSetUpException($"{Program} does not exist: sh scripts/install-prerequisites.sh docker/base/prerequisites.txt");
        string mail = Directory.CreateDirectory(Path.Combine(directory, "mail")).FullName;
        foreach ((string name, Mailbox folder) in folders)
            folder.WriteMaildir(name == "INBOX" ? mail : Path.Combine(mail, "." + name));
        await DovecotConfiguration.WriteUserAsync(directory, mail, cancellationToken).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Choose();
            string configuration = DovecotConfiguration.Write(directory, mail, port);
            Process process = Process.Start(
                new ProcessStartInfo(Program, ["-F", "-c", configuration]) { RedirectStandardError = true, UseShellExecute = false })!;
            var server = new DovecotServer(process, port);
            try
            {
                if (await server.ListensAsync(cancellationToken).ConfigureAwait(false))
                    return server;
                string error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                if (attempt == PortsTried)
                    throw new MailSetUpException($"dovecot ended before it listened; it said: {error}{Log(directory)}");
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Ends it and all its processes; connections are cut.</summary>
    /// <exception cref="MailSetUpException">It does not end in time; it was killed.</exception>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, Sigterm);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            _process.Kill(entireProcessTree: true);
            throw new MailSetUpException($"dovecot did not end within {Limit.TotalSeconds} s of SIGTERM, and was killed", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    // False: it has ended. A refused connection is at once, so the next try waits for the process's end in between.
    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Task ended = _process.WaitForExitAsync(cancellationToken);
        while (Stopwatch.GetElapsedTime(start) < Limit)
        {
            if (ended.IsCompleted)
                return false;
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (SocketException)
            {
                await Task.WhenAny(ended, Task.Delay(10, cancellationToken)).ConfigureAwait(false);
            }
        }

        throw new MailSetUpException($"dovecot does not listen on port {Port} after {Limit.TotalSeconds} s");
    }

    private static string Log(string directory) =>
        File.Exists(Path.Combine(directory, "log")) ? File.ReadAllText(Path.Combine(directory, "log")) : "";

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
