using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;

namespace SelfHeal.Search;

/// <summary>Starts the runs of a search, each in its own sandbox and directory, and judges them.</summary>
internal sealed class TrialRunner(Host host, RunDirectory run, HealOptions options, string work)
{
    private readonly Replayer _replayer = new(host);
    private readonly Lazy<LoggedEvent?> _firstPeer = new(() => new EventLog(run.At("events")).Read()
        .FirstOrDefault(one => one.IsAccepted || one is { Code: SystemCalls.Connect, Result: 0 or SystemCalls.InProgress }));
    private string? _guardedOutput; // of the guard replay without a patch: what no overflow could damage
    private readonly TimeSpan _limit = options.Timeout ?? Replayer.LimitFor(run);

    /// <summary>Of a guard replay, which is slower; one that hangs again is not waited for longer.</summary>
    private TimeSpan GuardLimit => run.Info.Outcome?.TimedOut == true ? _limit : 3 * _limit;

    /// <summary>What is wrong with the recorded run. With an invariant and state directories, an exact replay brings
    /// the state back that the run had left.</summary>
    public async Task<Failure> ClassifyAsync(CancellationToken cancellationToken)
    {
        Failure failure = Diagnoser.Classify(run, options.ExitStatusMatters);
        if (failure.IsFailure || options.Invariant is null)
        {
            return failure;
        }

        RunResult judged = RunResult.FromDirectory(run);
        if (run.Info.StateDirectories.Count > 0)
        {
            ReplayResult replay = await _replayer.ReplayAsync(
                run, new ReplayOptions { Sandbox = options.Sandbox, RunDirectory = Path.Combine(work, "invariant"), Timeout = _limit },
                cancellationToken).ConfigureAwait(false);
            judged = replay.Run;
        }

        string? broken = await options.Invariant.CheckAsync(judged, cancellationToken).ConfigureAwait(false);
        return broken is null ? failure
            : failure with { Kind = FailureKind.InvariantViolated, Sentence = Sentence(broken) };
    }

    /// <summary>A guard replay that goes on live behind a difference: it measures all overflows.</summary>
    public async Task<RunResult> GuardAsync(
        string name, string? patch, CancellationToken cancellationToken, bool exact = false)
    {
        ReplayResult replay = await _replayer.ReplayAsync(
            run,
            new ReplayOptions
            {
                Guard = true,
                Exact = exact,
                GoLive = true,
                Patch = patch,
                Sandbox = options.Sandbox,
                RunDirectory = Path.Combine(work, name),
                Timeout = GuardLimit,
            },
            cancellationToken).ConfigureAwait(false);
        if (replay.Outcome is ReplayOutcome.Refused)
        {
            throw new SelfHealException($"The guard replay cannot be made: {replay.Sentence}");
        }

        _guardedOutput ??= patch is null ? replay.Run.StandardOutput : null;
        return replay.Run;
    }

    /// <summary>Measures overflows in a fresh run of what fails already.</summary>
    public async Task<RunResult> GuardAsync(string name, ReducedRun reduced, CancellationToken cancellationToken) => (await _replayer.ReplayAsync(
        reduced.Run,
        new ReplayOptions { Guard = true, Fresh = true, Sandbox = options.Sandbox, RunDirectory = Path.Combine(work, name), Timeout = GuardLimit },
        cancellationToken).ConfigureAwait(false)).Run;

    /// <summary>Replays the log edited by the patch. Null: the failure is avoided; else what went wrong.</summary>
    public async Task<(RunResult Run, string? Problem)> TrialAsync(
        int number, string patch, Failure failure, CancellationToken cancellationToken)
    {
        ReplayResult replay = await _replayer.ReplayAsync(
            run,
            new ReplayOptions
            {
                GoLive = true,
                Patch = patch,
                Sandbox = options.Sandbox,
                RunDirectory = Path.Combine(work, $"trial-{number}"),
                Timeout = _limit,
            },
            cancellationToken).ConfigureAwait(false);
        return (replay.Run, replay.Outcome is ReplayOutcome.Refused or ReplayOutcome.Diverged
            ? replay.Sentence : await ProblemAsync(replay.Run, failure, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A fresh patched run with all of the recorded input.</summary>
    public async Task<(RunResult Run, string? Problem)> ValidateAsync(
        int number, string patch, Failure failure, CancellationToken cancellationToken)
    {
        if (HasPeers())
        {
            return await FreshAsync($"validation-{number}", patch, failure, cancellationToken).ConfigureAwait(false);
        }

        RunResult fresh = await RecordAsync(number, patch, cancellationToken).ConfigureAwait(false);
        return (fresh, await JudgeAsync(fresh, failure, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The program runs for real in the sandbox, and its peers, too, come from the log.</summary>
    /// <param name="name">Of its directory.</param>
    /// <param name="patch">Null: the run's own, if it had one.</param>
    /// <param name="failure">Of the recorded run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(RunResult Run, string? Problem)> FreshAsync(string name, string? patch, Failure failure, CancellationToken cancellationToken)
    {
        RunResult fresh = await FreshRunAsync(name, patch, replay => replay, cancellationToken).ConfigureAwait(false);
        return (fresh, await JudgeAsync(fresh, failure, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The same, not judged.</summary>
    /// <param name="name">Of its directory.</param>
    /// <param name="patch">Null: the run's own, if it had one.</param>
    /// <param name="with">What is special about it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RunResult> FreshRunAsync(
        string name, string? patch, Func<ReplayOptions, ReplayOptions> with, CancellationToken cancellationToken)
    {
        var replay = new ReplayOptions { Fresh = true, Patch = patch, Sandbox = options.Sandbox, RunDirectory = Path.Combine(work, name), Timeout = _limit };
        return (await _replayer.ReplayAsync(run, with(replay), cancellationToken).ConfigureAwait(false)).Run;
    }

    /// <summary>Null: it did not fail; else what went wrong.</summary>
    public async Task<string?> JudgeAsync(RunResult fresh, Failure failure, CancellationToken cancellationToken)
    {
        string? problem = await ProblemAsync(fresh, failure, cancellationToken).ConfigureAwait(false);
        if (problem is null && fresh.Control.PatchRefused)
        {
            problem = $"the recorder refused the patch: {fresh.Control.PatchText}";
        }

        return problem;
    }

    /// <summary>There were clients or servers at the other end of sockets, or a person at a terminal: in a fresh run, too, they
    /// come from the log.</summary>
    private bool HasPeers() => run.Info.Input == "terminal" || _firstPeer.Value is not null;

    /// <summary>The first peer that it had was a client.</summary>
    public bool IsServer() => _firstPeer.Value?.IsAccepted == true;

    private async Task<RunResult> RecordAsync(int number, string patch, CancellationToken cancellationToken)
    {
        RunInfo info = run.Info;
        return await host.RunAsync(
            new RunRequest
            {
                Program = info.Program,
                ProgramPath = info.ProgramPath,
                Arguments = info.Arguments,
                Environment = info.Environment,
                WorkingDirectory = info.WorkingDirectory,
                RunDirectory = Path.Combine(work, $"validation-{number}"),
                Input = RunInput.FromBytes(run.WholeInput()),
                StateDirectories = info.StateDirectories,
                Seed = info.Seed,
                Mode = RunMode.Record,
                Flags = RunFlags.Refuse | RunFlags.AllocCount,
                Patch = patch,
                Timeout = _limit,
                Sandbox = options.Sandbox,
                Source = run,
                StackLimit = info.StackLimit,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A run that did not fail before must give the same output as before, or, where the overflow had
    /// damaged that, as with every block guarded.</summary>
    private async Task<string?> ProblemAsync(RunResult patched, Failure before, CancellationToken cancellationToken)
    {
        Failure failure = Diagnoser.Classify(patched, options.ExitStatusMatters);
        if (failure.IsFailure)
        {
            return failure.Sentence;
        }

        if (options.Invariant is not null
            && await options.Invariant.CheckAsync(patched, cancellationToken).ConfigureAwait(false) is { } broken)
        {
            return Sentence(broken);
        }

        return !before.IsFailure && File.Exists(run.At("stdout")) && patched.StandardOutput != run.ReadText("stdout")
            && patched.StandardOutput != _guardedOutput
            ? "its output differs from that of the recorded run, and from that of the guarded one" : null;
    }

    private static string Sentence(string broken) => char.ToUpperInvariant(broken[0]) + broken[1..].TrimEnd('.') + ".";
}
