using System.Diagnostics;
using System.Globalization;
using SelfHeal.Hosts;

namespace SelfHeal.Search;

/// <summary>The user's oracle: what must hold after a run.</summary>
public sealed class Invariant
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private Invariant(string text, Func<RunResult, CancellationToken, Task<string?>> check)
    {
        Text = text;
        CheckAsync = check;
    }

    /// <summary>The command, or a name.</summary>
    public string Text { get; }

    /// <summary>Null: it holds; else one sentence that says what is wrong.</summary>
    public Func<RunResult, CancellationToken, Task<string?>> CheckAsync { get; }

    /// <summary>A shell command. It runs in the run's first state directory (or the run directory), whose path is in
    /// SELFHEAL_WORK, with the run's path in SELFHEAL_RUN, its outputs' in SELFHEAL_STDOUT and SELFHEAL_STDERR, and the
    /// program's exit status, as a shell tells it, in SELFHEAL_EXIT; exit 0 within a minute means that the invariant holds.</summary>
    public static Invariant FromCommand(string command)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(command);
        return new Invariant(command, (run, token) => RunCommandAsync(command, run, token));
    }

    /// <summary>A function that returns null when it holds, else what is wrong.</summary>
    public static Invariant FromFunction(string name, Func<RunResult, string?> check) =>
        new(name, (run, _) => Task.FromResult(check(run)));

    /// <summary>A function that throws when it does not hold.</summary>
    public static Invariant FromFunction(string name, Func<RunResult, CancellationToken, Task> check) => new(name, async (run, token) =>
    {
        try
        {
            await check(run, token).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is not (OperationCanceledException or SelfHealException))
        {
            return error.Message.Trim().ReplaceLineEndings(" ");
        }
    });

    /// <summary>Where an invariant finds the run's first state directory as the run left it.</summary>
    public static string StateDirectory(RunResult run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string work = run.Directory.At("work/0");
        return Directory.Exists(work) ? work
            : run.Directory.Info.StateDirectories.Count > 0 ? run.Directory.Info.StateDirectories[0] : run.Directory.Path;
    }

    private static async Task<string?> RunCommandAsync(string command, RunResult run, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = StateDirectory(run) };
        start.Environment["SELFHEAL_RUN"] = run.Directory.Path;
        start.Environment["SELFHEAL_WORK"] = StateDirectory(run);
        start.Environment["SELFHEAL_STDOUT"] = run.Directory.At("stdout");
        start.Environment["SELFHEAL_STDERR"] = run.Directory.At("stderr");
        start.Environment["SELFHEAL_EXIT"] = run.Exit.ShellCode.ToString(CultureInfo.InvariantCulture);
        var (exit, output, error, timedOut) =
            await ChildProcess.RunAsync(start, Limit, cancellationToken).ConfigureAwait(false);
        if (exit == 0 && !timedOut)
        {
            return null;
        }

        string said = (error + output).Trim().Split('\n')[0];
        string how = timedOut ? "did not end within a minute" : $"ended with {exit}";
        return $"the invariant `{command}` {how}{(said.Length > 0 ? ": " + said : "")}";
    }
}
