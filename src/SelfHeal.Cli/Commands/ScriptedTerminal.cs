using SelfHeal.Cli.Output;
using SelfHeal.Hosts;
using SelfHeal.Terminals;

namespace SelfHeal.Cli.Commands;

/// <summary>Runs a program on a terminal of its own, on which a script types (--terminal).</summary>
internal static class ScriptedTerminal
{
    /// <summary>Whose escape sequences the emulated screen understands.</summary>
    private const string Kind = "TERM=xterm";

    /// <summary>The request's program, and the script beside it. A script that fails is told on standard error.</summary>
    /// <returns>The run, and whether the whole script was done.</returns>
    public static async Task<(RunResult Run, bool Done)> RunAsync(
        RunRequest request, TerminalScript script, CancellationTokenSource kill)
    {
        Terminal terminal = script.OpenTerminal();
        await using (terminal)
        {
            Task<RunResult> running = new LocalHost().RunAsync(
                request with { Terminal = terminal, Environment = Environment() }, kill.Token);
            string? failure = await TypeAsync(script, terminal, running, kill.Token);
            if (running.IsFaulted || running.IsCanceled)
            {
                return (await running, false);
            }

            if (failure is not null)
            {
                Screen.Complain(failure.TrimEnd('\n'));
            }

            if (!running.IsCompleted)
            {
                await terminal.DisposeAsync(); // hangs up
                kill.CancelAfter(TerminalScript.DefaultLimit);
            }

            return (await running, failure is null);
        }
    }

    // What was wrong, or null: then the program has ended by itself.
    private static async Task<string?> TypeAsync(
        TerminalScript script, Terminal terminal, Task<RunResult> running, CancellationToken cancellationToken)
    {
        try
        {
            await script.RunAsync(terminal, cancellationToken);
            await Task.WhenAny(running).WaitAsync(TerminalScript.DefaultLimit, cancellationToken);
            return null;
        }
        catch (TerminalException e)
        {
            if (terminal.Ended.IsCompleted) // so the program is about to end
            {
                await Task.WhenAny(running, Task.Delay(TerminalScript.DefaultLimit, cancellationToken));
            }

            return e.Message;
        }
        catch (TimeoutException)
        {
            return $"{script.Name} is done, but the program did not end within {TerminalScript.DefaultLimit.TotalSeconds} s: its terminal is hung up. " +
                $"The screen shows:\n{terminal.Screen}";
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string[] Environment() =>
    [
        .. OwnEnvironment().Where(entry => !entry.StartsWith("TERM=", StringComparison.Ordinal)
            && !entry.StartsWith("LINES=", StringComparison.Ordinal) && !entry.StartsWith("COLUMNS=", StringComparison.Ordinal)),
        Kind,
    ];

    private static string[] OwnEnvironment() =>
        File.ReadAllText("/proc/self/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
