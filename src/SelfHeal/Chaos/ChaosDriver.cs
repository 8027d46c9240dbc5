using System.Diagnostics;
using System.Globalization;
using SelfHeal.Hosts;

namespace SelfHeal.Chaos;

/// <summary>A client for a program that serves: it starts when the program runs, and when it ends the program is
/// asked to end, too.</summary>
public sealed class ChaosDriver
{
    /// <param name="command">A shell command, with the program's number in SELFHEAL_PID, its run directory in SELFHEAL_RUN
    /// and its copy of the fresh directory in SELFHEAL_WORK. Exit status 0: all is well; 1: an invariant is violated; 2: the
    /// program died. Any other means that it cannot judge, and ends the chaos.</param>
    public ChaosDriver(string command)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(command);
        Command = command;
    }

    /// <summary>The command line.</summary>
    public string Command { get; }

    /// <summary>How long the program may take to end after SIGTERM, before it is killed and counts as a hang.</summary>
    public TimeSpan EndLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same driver, told by SELFHEAL_ROUNDS how many rounds of its requests are wanted. One that does not look
    /// at it is as good, and slower.</summary>
    internal ChaosDriver ForRounds(int rounds) => new(string.Create(
        CultureInfo.InvariantCulture, $"SELFHEAL_ROUNDS={rounds}; export SELFHEAL_ROUNDS\n{Command}"))
    {
        EndLimit = EndLimit,
    };

    /// <summary>Runs it to its end. Null: all is well.</summary>
    /// <exception cref="SelfHealException">It cannot judge.</exception>
    internal async Task<DriverVerdict> RunAsync(
        int process, string run, string? work, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Command]) { UseShellExecute = false };
        start.Environment["SELFHEAL_PID"] = process.ToString(CultureInfo.InvariantCulture);
        start.Environment["SELFHEAL_RUN"] = run;
        start.Environment["SELFHEAL_WORK"] = work ?? run;
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
}
