using SelfHeal.Hosts;

namespace SelfHeal.Search;

/// <summary>The user's oracle: what must hold after a run.</summary>
public sealed class Invariant
{
    private Invariant(string text, Func<RunResult, CancellationToken, Task<string?>> check)
    {
        Text = text;
        CheckAsync = check;
    }

    /// <summary>The command, or a name.</summary>
    public string Text { get; }

    /// <summary>Null: it holds; else one sentence that says what is wrong.</summary>
    public Func<RunResult, CancellationToken, Task<string?>> CheckAsync { get; }

    /// <summary>A shell command. It runs in the run's first state directory (or the run directory), with the run's
    /// path in SELFHEAL_RUN; exit 0 means that the invariant holds.</summary>
    public static Invariant FromCommand(string command) => throw new NotSupportedException(command);

    /// <summary>A function that returns null when it holds, else what is wrong.</summary>
    public static Invariant FromFunction(string name, Func<RunResult, string?> check) =>
        new(name, (run, _) => Task.FromResult(check(run)));
}
