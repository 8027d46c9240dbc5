using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Replay;

/// <summary>Replays recorded runs.</summary>
public sealed class Replayer
{
    public Replayer(Host? host = null) => Host = host ?? new LocalHost();

    public Host Host { get; }

    /// <summary>Follows the run's log. Standard input is what the run had not read.</summary>
    /// <exception cref="DamagedRunException">The run cannot be replayed.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    public async Task<ReplayResult> ReplayAsync(
        RunDirectory run, ReplayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ReplayOptions();
        _ = run.ReadControl();
        bool sandbox = await Host.DecideSandboxAsync(
            options.GoLive || options.Fresh ? Stricter(options.Sandbox) : options.Sandbox, cancellationToken).ConfigureAwait(false);
        RunRequest request = Request(run, options, sandbox);
        RunResult replayed = await Host.RunAsync(request, cancellationToken).ConfigureAwait(false);
        return Judge(run, replayed);
    }

    /// <summary>The limit for a run that does again what another did: four times its duration plus 30 seconds.</summary>
    public static TimeSpan LimitFor(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Info.Outcome is { TimedOut: true } hung ? TimeSpan.FromSeconds(1 + (1.5 * hung.Seconds))
            : TimeSpan.FromSeconds(30 + (4 * (run.Info.Outcome?.Seconds ?? 300)));
    }

    private static SandboxUse Stricter(SandboxUse use) => use == SandboxUse.WhenAvailable ? SandboxUse.Required : use;

    private static RunRequest Request(RunDirectory run, ReplayOptions options, bool sandbox)
    {
        RunInfo info = run.Info;
        RunFlags flags = RunFlags.Refuse | (info.Flags & RunFlags.EndDeadlock);
        flags |= options.Trace ? RunFlags.Trace : 0;
        flags |= options.Guard ? RunFlags.Guard : 0;
        flags |= options.Exact ? RunFlags.GuardExact : 0;
        flags |= options.GoLive ? RunFlags.GoLive : 0;
        flags |= options.Fresh ? RunFlags.Fresh | RunFlags.GoLive : 0;
        flags |= sandbox ? RunFlags.Perform : 0;
        return new RunRequest
        {
            Program = info.Program,
            ProgramPath = info.ProgramPath,
            Arguments = info.Arguments,
            Environment = info.Environment,
            WorkingDirectory = info.WorkingDirectory,
            RunDirectory = options.RunDirectory,
            Input = RunInput.FromBytes(run.UnreadInput()),
            Output = options.InheritOutput ? RunOutput.Inherit : RunOutput.Capture,
            StateDirectories = info.StateDirectories,
            Seed = info.Seed,
            Mode = RunMode.Replay,
            Flags = flags,
            Patch = options.Patch ?? (File.Exists(run.At("patch.ep")) ? run.At("patch.ep") : null),
            Timeout = options.Timeout ?? LimitFor(run),
            Sandbox = sandbox ? SandboxUse.Required : SandboxUse.Off,
            Source = run,
            HeldInput = options.HeldInput,
            Background = options.Background,
            Started = options.Started,
            StackLimit = info.StackLimit,
        };
    }

    private static ReplayResult Judge(RunDirectory run, RunResult replayed)
    {
        ControlSnapshot control = replayed.Control;
        bool? same = SameOutput(run, replayed.Directory);
        if (control.Divergence is { } divergence && control.LiveSince is null)
        {
            IReadOnlyList<StackFrame> stack =
                new Symbolizer(replayed.Directory.ReadModules()).Symbolize(divergence.Stack, firstIsPc: true);
            string where = stack.Count > 0 ? $" at {string.Join(" < ", stack.Take(3))}" : "";
            return new ReplayResult(ReplayOutcome.Diverged,
                $"The replay diverged at event {divergence.Event}: {divergence.Text.TrimEnd('.')}{where}.", replayed, same, stack);
        }

        var (outcome, sentence) = Outcome(run, control, replayed, same);
        return new ReplayResult(outcome, sentence, replayed, same, []);
    }

    private static (ReplayOutcome Outcome, string Sentence) Outcome(
        RunDirectory run, ControlSnapshot control, RunResult replayed, bool? same)
    {
        if (replayed.TimedOut)
        {
            return (ReplayOutcome.TimedOut, $"The replay hung after event {control.Events} and was killed.");
        }

        if (control.Status is RunStatus.Plain or RunStatus.Refused or RunStatus.New || control.PatchRefused)
        {
            string why = control.PatchRefused ? control.PatchText
                : control.Status == RunStatus.New ? "it was never loaded into the program (selfheal doctor tells more)" : control.StatusText;
            return (ReplayOutcome.Refused, $"The recorder refused to replay: {why.TrimEnd('.')}.");
        }

        if (control.LiveSince is { } since)
        {
            return (ReplayOutcome.Live, $"The replay went live at event {since} of {run.ReadControl().Events}.");
        }

        if (control.Uncontrolled > 0 || run.ReadControl().Uncontrolled > 0)
        {
            int first = control.Uncontrolled > 0 ? control.FirstUncontrolled : run.ReadControl().FirstUncontrolled;
            long count = Math.Max(control.Uncontrolled, run.ReadControl().Uncontrolled);
            return (ReplayOutcome.Uncontrolled,
                $"The run holds {count} uncontrolled event(s), the first a {SystemCalls.Name(first)}: no claim is made.");
        }

        if (control.Status == RunStatus.LogEnd)
        {
            return (ReplayOutcome.LogEnded, $"The replay followed the log to its end, event {control.Events}, where the run was killed or recording stopped.");
        }

        if (control.Status == RunStatus.Diverged)
        {
            return (ReplayOutcome.Diverged, $"The replay diverged: {control.StatusText.TrimEnd('.')}.");
        }

        return same == false
            ? (ReplayOutcome.OutputDiffers, "The replay followed every event, but its output differs from the recorded one.")
            : (ReplayOutcome.Exact, $"The replay was exact: {control.Events} events"
                + (same is null ? "." : ", and the same output."));
    }

    /// <summary>Null when the run has no output to compare; what a killed run had written must be the beginning.</summary>
    private static bool? SameOutput(RunDirectory run, RunDirectory replayed)
    {
        if (!File.Exists(run.At("stdout")) || !File.Exists(replayed.At("stdout")))
        {
            return null;
        }

        byte[] recorded = File.ReadAllBytes(run.At("stdout"));
        byte[] again = File.ReadAllBytes(replayed.At("stdout"));
        return recorded.AsSpan().SequenceEqual(again);
    }
}
