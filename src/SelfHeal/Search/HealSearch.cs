using System.Diagnostics;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Search;

/// <summary>One search: its state from classification to verdict.</summary>
internal sealed class HealSearch(Host host, RunDirectory run, HealOptions options, string work)
{
    private const int LeastDrops = 3; // trials that drop requests, whatever was tried before
    private readonly TrialRunner _runner = new(host, run, options, work);
    private readonly Dictionary<HealPhase, TimeSpan> _timings = [];
    private readonly List<Trial> _trials = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private (Patch Patch, RunResult Run, TimeSpan Time)? _accepted;
    private IReadOnlyList<OverflowFinding> _remaining = [];
    private string? _obstacle;
    private RescheduleResult? _reschedule;
    private ReducedRun? _reduced;
    private DropStep? _drops;
    private IReadOnlyList<DroppedRequest> _dropped = [];

    private DropStep Drops => _drops ??= new DropStep(host, run, options, work, _runner);

    public async Task<HealResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HealAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await Drops.ForgetAheadAsync().ConfigureAwait(false);
        }
    }

    private async Task<HealResult> HealAsync(CancellationToken cancellationToken)
    {
        Drops.Begin(OwnPatch(), cancellationToken);
        Failure failure = await Timed(
            HealPhase.Classify, () => _runner.ClassifyAsync(cancellationToken)).ConfigureAwait(false);
        Say(HealPhase.Classify, failure.Sentence);
        _reduced = await Timed(HealPhase.Drop, () => Drops.ReduceAsync(failure, cancellationToken)).ConfigureAwait(false);
        bool threads = failure.IsFailure && run.ReadControl().Threads > 0 && _reduced is null; // it takes one client alone
        bool first = threads && failure.Kind is FailureKind.InvariantViolated or FailureKind.Deadlock or FailureKind.Hang;
        if (first)
        {
            await RescheduleAsync(failure, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<OverflowFinding> findings = _accepted is not null || failure.Kind == FailureKind.Deadlock ? []
            : await HeapAsync(failure, cancellationToken).ConfigureAwait(false);
        if (threads && !first && _accepted is null)
        {
            await RescheduleAsync(failure, cancellationToken).ConfigureAwait(false);
        }

        if (failure.IsFailure && _accepted is null)
        {
            await DropAsync(failure, findings, cancellationToken).ConfigureAwait(false);
        }

        HealResult result = Result(failure, findings);
        if (options.SecondOpinion && findings.Count > 0)
        {
            result = await AskValgrindAsync(result, cancellationToken).ConfigureAwait(false);
        }

        Say(HealPhase.Done, result.Sentence);
        return result with { Timings = _timings };
    }

    /// <summary>Measures overflows, and pads what overflows.</summary>
    private async Task<IReadOnlyList<OverflowFinding>> HeapAsync(Failure failure, CancellationToken cancellationToken)
    {
        if (_reduced is not null && Diagnoser.Overflows(await Timed(
            HealPhase.Diagnose, () => _runner.GuardAsync("guard-reduced", _reduced, cancellationToken)).ConfigureAwait(false)).Count == 0)
        {
            return [];
        }

        await Drops.ForgetAheadAsync().ConfigureAwait(false);
        RunResult guard = await Timed(
            HealPhase.Diagnose, () => _runner.GuardAsync("guard", patch: null, cancellationToken)).ConfigureAwait(false);
        IReadOnlyList<OverflowFinding> findings = Diagnoser.Overflows(guard);
        if (findings.Any(finding => finding.Kind == OverflowKind.WriteSlack))
        {
            findings = Diagnoser.Locate(findings, await LocateAsync(cancellationToken).ConfigureAwait(false));
        }

        foreach (OverflowFinding finding in findings)
        {
            Say(HealPhase.Diagnose, finding.Sentence);
        }

        if (PadCandidate.Relevant(findings).Count > 0)
        {
            await SearchAsync(failure, findings, guard, cancellationToken).ConfigureAwait(false);
        }

        return findings;
    }

    /// <summary>Holds threads, and runs the patched program once more as in production.</summary>
    private async Task RescheduleAsync(Failure failure, CancellationToken cancellationToken)
    {
        var step = new RescheduleStep(host, run, options, work);
        _reschedule = await Timed(HealPhase.Reschedule, () => step.SearchAsync(
            options.Budget - _trials.Count, text => Say(HealPhase.Reschedule, text), cancellationToken)).ConfigureAwait(false);
        _trials.AddRange(RescheduleStep.Trials(_reschedule, _trials.Count + 1));
        if (_reschedule.Patch is not { } patch)
        {
            _obstacle = _reschedule.Obstacle;
            return;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(_start);
        PatchFile.Save(patch, PatchPath(_trials.Count));
        var (validated, problem) = await Timed(HealPhase.Validate, () => _runner.ValidateAsync(
            _trials.Count, PatchPath(_trials.Count), failure, cancellationToken)).ConfigureAwait(false);
        _obstacle = problem;
        _accepted = problem is null ? (patch, validated, time) : null;
    }

    /// <summary>Drops bad requests, with the pads and holds so far.</summary>
    private async Task DropAsync(Failure failure, IReadOnlyList<OverflowFinding> findings, CancellationToken cancellationToken)
    {
        Patch before = _reschedule?.Patch ?? (PadCandidate.Relevant(findings).Count > 0 && _trials.Count > 0 ? _trials[^1].Patch : OwnPatch());
        DropResult drops = await Timed(HealPhase.Drop, () => Drops.SearchAsync(
            before, failure, _trials.Count + 1, Math.Max(LeastDrops, options.Budget - _trials.Count), text => Say(HealPhase.Drop, text),
            cancellationToken)).ConfigureAwait(false);
        _trials.AddRange(drops.Trials);
        _dropped = drops.Dropped;
        _obstacle = drops.Obstacle is not null && _obstacle is not null ? $"{_obstacle}; {drops.Obstacle}" : drops.Obstacle ?? _obstacle;
        _accepted = drops.Patch is { } patch ? (patch, drops.PatchedRun!, Stopwatch.GetElapsedTime(_start)) : null;
    }

    private Patch OwnPatch() => File.Exists(run.At("patch.ep")) ? PatchFile.Read(run.At("patch.ep")) : Patch.Empty;

    /// <summary>Writes into the alignment slack show only when the block is freed. A second replay, with blocks that
    /// end exactly at the guard, sees who writes.</summary>
    private async Task<IReadOnlyList<OverflowFinding>> LocateAsync(CancellationToken cancellationToken) =>
        Diagnoser.Overflows(await Timed(
            HealPhase.Diagnose,
            () => _runner.GuardAsync("guard-exact", patch: null, cancellationToken, exact: true)).ConfigureAwait(false));

    private async Task SearchAsync(
        Failure failure, IReadOnlyList<OverflowFinding> findings, RunResult guard, CancellationToken cancellationToken)
    {
        Patch patch = OwnPatch();
        while (_trials.Count < options.Budget)
        {
            var candidate = new PadCandidate(guard.Directory);
            Patch next = PadCandidate.Relevant(findings).Count > 0 ? candidate.Build(patch, findings) : PadCandidate.Double(patch);
            _obstacle = candidate.Obstacle;
            if (next.Entries.Count == 0 || next.Equals(patch))
            {
                return;
            }

            patch = next;
            bool good = await TryAsync(failure, patch, cancellationToken).ConfigureAwait(false);
            guard = await Timed(HealPhase.Confirm, () => _runner.GuardAsync(
                $"confirm-{_trials.Count}", PatchPath(_trials.Count), cancellationToken)).ConfigureAwait(false);
            findings = Diagnoser.Overflows(guard);
            if (good)
            {
                _remaining = findings;
                bool writesRemain = findings.Any(finding => finding.CanBePadded && finding.IsWrite);
                Say(HealPhase.Confirm, writesRemain ? $"an overflow remains: {findings[0].Sentence}" : "no overflow remains");
                if (!writesRemain)
                {
                    return;
                }
            }
        }
    }

    /// <summary>One trial and its validation, at the same time. True: both good, the patch is accepted.</summary>
    private async Task<bool> TryAsync(Failure failure, Patch patch, CancellationToken cancellationToken)
    {
        int number = _trials.Count + 1;
        long start = Stopwatch.GetTimestamp();
        PatchFile.Save(patch, PatchPath(number));
        string change = string.Join("; ", patch.Entries);
        Say(HealPhase.Trial, $"trial {number}: {change}");
        var trial = Timed(HealPhase.Trial, () => _runner.TrialAsync(number, PatchPath(number), failure, cancellationToken));
        var validation = Timed(HealPhase.Validate, () => _runner.ValidateAsync(number, PatchPath(number), failure, cancellationToken));
        await Task.WhenAll(trial, validation).ConfigureAwait(false);
        var (tried, triedFailure) = await trial.ConfigureAwait(false);
        var (validated, validatedFailure) = await validation.ConfigureAwait(false);
        bool good = triedFailure is null && validatedFailure is null;
        string outcome = good ? "avoided in the edited replay, validated by a fresh run"
            : $"withdrawn: {(triedFailure is not null ? "in the edited replay " + triedFailure : "in the fresh run " + validatedFailure)}";
        _ = tried;
        _trials.Add(new Trial(
            number, change, patch, triedFailure is null, validatedFailure is null, outcome, Stopwatch.GetElapsedTime(start)));
        Say(HealPhase.Validate, $"trial {number}: {outcome}");
        if (good)
        {
            _accepted = (patch, validated, _accepted?.Time ?? Stopwatch.GetElapsedTime(_start));
        }

        return good;
    }

    private HealResult Result(Failure failure, IReadOnlyList<OverflowFinding> findings)
    {
        string? path = null;
        if (_accepted is { } accepted)
        {
            path = Path.GetFullPath(options.PatchPath ?? Path.Combine(work, "patch.ep"));
            PatchFile.Save(accepted.Patch, path);
        }

        bool paddable = PadCandidate.Relevant(findings).Count > 0;
        HealVerdict verdict = _accepted is not null ? HealVerdict.Healed
            : failure.IsFailure || findings.Count > 0 ? HealVerdict.NotHealed : HealVerdict.NothingToHeal;
        string name = Path.GetFileName(run.Info.Program);
        string trials = _trials.Count == 1 ? "1 trial" : $"{_trials.Count} trials";
        string text = verdict switch
        {
            HealVerdict.Healed when _reschedule is { IsHealed: true } held => $"{name} is healed in {trials}: {RescheduleStep.Sentence(held)}; patch {path}",
            HealVerdict.Healed when _dropped.Count > 0 => $"{name} is healed in {trials}: dropped is {string.Join(" and ", _dropped.Select(one => $"{one.Request} ({one.Text})"))}, and those like it; patch {path}",
            HealVerdict.Healed => $"{name} is healed in {trials}: {findings[0].Sentence}; patch {path}",
            HealVerdict.NothingToHeal => $"There is nothing to heal: {failure.Sentence.TrimEnd('.')}, and guard mode found no overflow",
            _ when _obstacle is not null => $"{name} is not healed: {_obstacle}",
            _ when findings.Count == 0 => $"{name} is not healed: {failure.Sentence.TrimEnd('.')}, and guard mode found no heap overflow",
            _ when !paddable => $"{name} is not healed: {findings[0].Sentence}, which more room does not prevent",
            _ => $"{name} is not healed after {trials}: {_trials[^1].Outcome}",
        };
        return new HealResult
        {
            Verdict = verdict,
            Sentence = $"{text} ({Diagnoser.ReplayHint(run)}).",
            Run = run,
            Failure = failure,
            Findings = findings,
            Remaining = _remaining,
            Patch = _accepted?.Patch,
            PatchPath = path,
            Trials = _trials,
            PatchedRun = _accepted?.Run,
            TimeToPatch = _accepted?.Time ?? default,
            Reschedule = _reschedule,
            Dropped = _dropped,
        };
    }

    private async Task<HealResult> AskValgrindAsync(HealResult result, CancellationToken cancellationToken)
    {
        try
        {
            ValgrindResult valgrind = await Timed(HealPhase.SecondOpinion, () => new ValgrindDiagnosis(host).RunAsync(
                run, Path.Combine(work, "valgrind"), options.Sandbox, cancellationToken: cancellationToken)).ConfigureAwait(false);
            bool agrees = valgrind.NamesSameAllocation(result.Findings[0]);
            Say(HealPhase.SecondOpinion, agrees ? "valgrind names the same allocation"
                : $"valgrind does not name that allocation ({valgrind.Findings.Count} findings)");
            return result with { Valgrind = valgrind, ValgrindAgrees = agrees };
        }
        catch (SelfHealException error) when (error is not SandboxUnavailableException)
        {
            Say(HealPhase.SecondOpinion, $"no second opinion: {error.Message}");
            return result;
        }
    }

    private string PatchPath(int number) => Path.Combine(work, $"patch-{number}.ep");

    private void Say(HealPhase phase, string text) => options.Progress?.Report(new HealProgress(phase, text));

    private async Task<T> Timed<T>(HealPhase phase, Func<Task<T>> action)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return await action().ConfigureAwait(false);
        }
        finally
        {
            lock (_timings)
            {
                _timings[phase] = _timings.GetValueOrDefault(phase) + Stopwatch.GetElapsedTime(start);
            }
        }
    }
}
