using System.Diagnostics;
using System.Globalization;
using SelfHeal.Hosts;

namespace SelfHeal.Chaos;

/// <summary>A client for a program that serves: it starts when the program runs, and when it ends the program is
/// asked to end, too.</summary>
public sealed class ChaosDriver
{
    private readonly Func<DrivenServer, TimeSpan, CancellationToken, Task<DriverVerdict>> _drive;
    private int? _rounds;

    /// <param name="command">A shell command, with the program's number in SELFHEAL_PID, its run directory in SELFHEAL_RUN,
    /// its copy of the fresh directory in SELFHEAL_WORK and its port in SELFHEAL_PORT. Exit status 0: all is well; 1: an
    /// invariant is violated; 2: the program died. Any other means that it cannot judge, and ends the chaos.</param>
    public ChaosDriver(string command)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(command);
        Command = command;
        _drive = RunCommandAsync;
    }

    /// <param name="name">For messages.</param>
    /// <param name="workload">What clients do. It throws where an invariant is violated; a <see cref="SelfHealException"/>
    /// means that it cannot judge, and ends the chaos.</param>
    public ChaosDriver(string name, Func<DrivenServer, CancellationToken, Task> workload)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(workload);
        Command = name;
        _drive = (server, timeout, cancellationToken) => RunWorkloadAsync(workload, server, timeout, cancellationToken);
    }

    private ChaosDriver(ChaosDriver other) => (Command, EndLimit, _drive) = (other.Command, other.EndLimit, other._drive);

    /// <summary>The command line, or the name.</summary>
    public string Command { get; }

    /// <summary>How long the program may take to end after SIGTERM, before it is killed and counts as a hang.</summary>
    public TimeSpan EndLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same driver, told how many rounds of its requests are wanted, by SELFHEAL_ROUNDS or
    /// <see cref="DrivenServer.Rounds"/>. One that does not look at it is as good, and slower.</summary>
    internal ChaosDriver ForRounds(int rounds) => new(this) { _rounds = rounds };

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="SelfHealException">It cannot judge.</exception>
    internal Task<DriverVerdict> RunAsync(DrivenServer server, TimeSpan timeout, CancellationToken cancellationToken) =>
        _drive(_rounds is { } rounds ? server with { Rounds = rounds } : server, timeout, cancellationToken);

    private async Task<DriverVerdict> RunCommandAsync(DrivenServer server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Command]) { UseShellExecute = false };
        start.Environment["SELFHEAL_PID"] = server.ProcessId.ToString(CultureInfo.InvariantCulture);
        start.Environment["SELFHEAL_RUN"] = server.Run;
        start.Environment["SELFHEAL_WORK"] = server.WorkDirectory;
        if (server.Port is { } port)
        {
            start.Environment["SELFHEAL_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        }

        if (_rounds is { } rounds)
        {
            start.Environment["SELFHEAL_ROUNDS"] = rounds.ToString(CultureInfo.InvariantCulture);
        }

        var (exit, output, error, timedOut) = await ChildProcess.RunAsync(start, timeout, cancellationToken).ConfigureAwait(false);
        string said = (error + output).Trim();
        return timedOut ? new DriverVerdict(DriverOutcome.TimedOut, said) : exit switch
        {
            0 => new DriverVerdict(DriverOutcome.Fine, said),
            1 => new DriverVerdict(DriverOutcome.Violated, said),
            2 => new DriverVerdict(DriverOutcome.Died, said),
            _ => throw new SelfHealException(
                $"The driver `{Command}` cannot judge: it ended with {exit}{(said.Length > 0 ? ": " + said.Split('\n')[^1] : "")}."),
        };
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031", Justification = "What the user's workload throws is its verdict.")]
    private static async Task<DriverVerdict> RunWorkloadAsync(
        Func<DrivenServer, CancellationToken, Task> workload, DrivenServer server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            // a workload that does not look at its token is left behind
            await workload(server, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            return new DriverVerdict(DriverOutcome.Fine, "");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new DriverVerdict(DriverOutcome.TimedOut, "");
        }
        catch (Exception error) when (error is not SelfHealException)
        {
            string said = error.Message.Trim().ReplaceLineEndings(" ");
            return new DriverVerdict(server.Ended() ? DriverOutcome.Died : DriverOutcome.Violated, said);
        }
    }
}
