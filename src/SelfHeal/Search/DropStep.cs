using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>The search for bad requests, as a step of healing: which, what of them, and whether the patch helps.</summary>
internal sealed class DropStep
{
    private const double LeastTime = 1.5, MostTime = 30; // seconds
    private readonly Host _host;
    private readonly RunDirectory _run;
    private readonly HealOptions _options;
    private readonly string _work;
    private readonly TrialRunner _runner;
    private readonly EditedLog _log;
    private readonly Lazy<RecordedRequests> _recorded;
    private readonly Lazy<DropCandidates> _candidates;
    private readonly Lazy<RequestReplays> _replays;
    private ReducedRun? _reduced;
    private AheadRun? _ahead;

    public DropStep(Host host, RunDirectory run, HealOptions options, string work, TrialRunner runner)
    {
        (_host, _run, _options, _work, _runner) = (host, run, options, work, runner);
        _log = new(run.At("events"), RequestReplays.IsNeeded);
        _recorded = new(() => RecordedRequests.Of(_log.Events, options.Framing));
        _candidates = new(() => new DropCandidates(_recorded.Value));
        _replays = new(() => new RequestReplays(host, run, options, work, _log, _recorded.Value, () => _ahead is not null));
    }

    /// <summary>Reads the requests of the log, and runs a server that crashed on all input but the last part, until it is known what is
    /// to be tried.</summary>
    /// <param name="before">The run's own patch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Begin(Patch before, CancellationToken cancellationToken)
    {
        _ = Task.Run(() => _candidates.Value, cancellationToken); // what is wrong with the log is said where it is needed
        bool crashed = _run.Info.Outcome is { TimedOut: false } outcome && (outcome.Signal is not null || outcome.ExitCode is > 0);
        if (crashed && _runner.IsServer())
        {
            _ahead = new AheadRun(_runner, _work, before, _run.ReadControl().Events * 3 / 4, cancellationToken);
        }
    }

    /// <summary>Does one client's last request fail in the same way with nothing else of the log? Null: it does not, or the
    /// program is a client itself.</summary>
    /// <param name="failure">Of the recorded run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ReducedRun?> ReduceAsync(Failure failure, CancellationToken cancellationToken)
    {
        if (failure.Kind is not (FailureKind.Signal or FailureKind.AbnormalExit or FailureKind.Hang) || _recorded.Value.Connections.Any(one => !one.IsAccepted)
            || _candidates.Value.Ordered is not [var likeliest, ..])
        {
            await ForgetAheadAsync().ConfigureAwait(false);
            return null;
        }

        if (_ahead is not null && !await _ahead.HoldAsync(likeliest, failure).ConfigureAwait(false))
        {
            await ForgetAheadAsync().ConfigureAwait(false);
        }

        string own = _run.At("patch.ep");
        _reduced = await ReducedRun.FindAsync(
            _replays.Value, likeliest, failure, Path.Combine(_work, "reduced"), File.Exists(own) ? own : null, cancellationToken).ConfigureAwait(false);
        if (_reduced is null)
        {
            await ForgetAheadAsync().ConfigureAwait(false);
        }

        return _reduced;
    }

    /// <summary>Ends what was begun before it was known that it is needed.</summary>
    public async Task ForgetAheadAsync()
    {
        await (_ahead?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        _ahead = null;
    }

    /// <param name="before">Pads and holds so far, and the run's own patch.</param>
    /// <param name="failure">Of the recorded run.</param>
    /// <param name="first">Number of the first trial.</param>
    /// <param name="budget">Trials that are left.</param>
    /// <param name="say">Progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DropResult> SearchAsync(
        Patch before, Failure failure, int first, int budget, Action<string> say, CancellationToken cancellationToken)
    {
        DropCandidates candidates = _candidates.Value;
        if (candidates.Ordered.Count == 0)
        {
            return new DropResult(null, null, [], [], candidates.Obstacle);
        }

        string? own = before.Entries.Count == 0 ? null : Path.Combine(_work, "before-drops.ep");
        if (own is not null)
        {
            PatchFile.Save(before, own);
        }

        var (problem, obstacle) = _reduced is not null ? (failure.Sentence, null) : await UndroppedAsync(own, failure, cancellationToken).ConfigureAwait(false);
        if (obstacle is not null)
        {
            return new DropResult(null, null, [], [], obstacle);
        }

        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var trials = new DropTrials(_runner, before, failure, number => Path.Combine(_work, $"patch-{number}.ep"), problem!, _ahead, say);
        Task<RequestLocation> locating = LocateAsync(cancellationToken);
        Task<IReadOnlyList<DroppedRequest>>? generalising = _reduced is null ? null : GeneraliseAheadAsync(before, locating, failure.Kind, own, say, ahead.Token);
        IReadOnlyList<RecordedRequest> guilty = await trials.FindAsync(candidates.Ordered, first, Math.Max(1, budget), cancellationToken).ConfigureAwait(false);
        RequestLocation location = await locating.ConfigureAwait(false);
        if (generalising is not null && !(guilty.Count == 1 && guilty[0] == _reduced!.Request))
        {
            await ahead.CancelAsync().ConfigureAwait(false);
            await ((Task)generalising).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            generalising = null;
        }

        if (guilty.Count == 0)
        {
            return new DropResult(null, null, trials.Trials, [], $"no trial that drops requests survived ({trials.Trials.Count} of {candidates.Ordered.Count} requests tried)"
                + (candidates.Obstacle is { } more ? "; " + more : ""));
        }

        IReadOnlyList<DroppedRequest> dropped = await (generalising ?? GeneraliseAsync(guilty, failure.Kind, own, say, cancellationToken)).ConfigureAwait(false);
        return await ValidateAsync(before, dropped, location, trials.Trials, failure, say, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string? Problem, string? Obstacle)> UndroppedAsync(string? own, Failure failure, CancellationToken cancellationToken)
    {
        (RunResult fresh, string? problem) = await _runner.FreshAsync("undropped", own, failure, cancellationToken).ConfigureAwait(false);
        return (problem, problem is null ? "in a fresh run with the recorded input it does not fail, so nothing could be said of requests that are dropped"
            : fresh.TimedOut && failure.Kind != FailureKind.Hang
            ? "in a fresh run with the recorded input it hangs and does not fail as recorded, so nothing could be said of requests that are dropped" : null);
    }

    private Task<RequestLocation> LocateAsync(CancellationToken cancellationToken)
    {
        string directory = Path.Combine(_work, "requests");
        return _reduced is not null ? RequestLocation.FindAsync(_host, _reduced, _options, directory, cancellationToken)
            : RequestLocation.FindAsync(_host, _run, _options, directory, _recorded.Value.Connections, cancellationToken);
    }

    /// <summary>What is found is in force in the run that goes on meanwhile, before the request comes.</summary>
    private async Task<IReadOnlyList<DroppedRequest>> GeneraliseAheadAsync(
        Patch before, Task<RequestLocation> locating, FailureKind kind, string? patch, Action<string> say, CancellationToken cancellationToken)
    {
        Patch? found = null;
        try
        {
            IReadOnlyList<DroppedRequest> dropped = await GeneraliseAsync([_reduced!.Request], kind, patch, say, cancellationToken).ConfigureAwait(false);
            RequestLocation location = await locating.ConfigureAwait(false);
            Patch made = DropWay.Of(dropped, location).First().Patch(before, dropped, location);
            found = dropped[0].Patterns.Count > 0 && DropPatch.Fits(made) ? made : null;
            return dropped;
        }
        finally
        {
            await (_ahead?.ReleaseAsync(found) ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<DroppedRequest>> GeneraliseAsync(
        IReadOnlyList<RecordedRequest> guilty, FailureKind kind, string? patch, Action<string> say, CancellationToken cancellationToken)
    {
        TimeSpan time = TimeSpan.FromSeconds(kind == FailureKind.Hang ? MostTime : Math.Clamp((_run.Info.Outcome?.Seconds ?? 0) / 4, LeastTime, MostTime));
        var generalizer = new RequestGeneralizer(_replays.Value, _options, kind, time, patch, guilty.Count == 1 && guilty[0] == _reduced?.Request ? (_reduced.Extent, _reduced.Failure) : null, say);
        var dropped = new List<DroppedRequest>();
        foreach (RecordedRequest request in guilty)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> benign =
            [
                .. DropCandidates.Benign(_recorded.Value, guilty, request.Framing),
                .. _options.BenignRuns.SelectMany(other => RecordedRequests.Read(other.OpenLog(), request.Framing).Requests)
                    .Where(DropCandidates.IsWhole).Select(other => other.Bytes),
                .. _options.BenignRequests,
            ];
            if (!dropped.Exists(one => one.Request.Framing.Equals(request.Framing) && one.Patterns.Any(pattern => pattern.Matches(request.Bytes.Span))))
            {
                IReadOnlyList<RecordedRequest> others = [.. guilty.Where(other => other != request)];
                dropped.Add(await generalizer.RunAsync(request, others, benign, cancellationToken).ConfigureAwait(false));
                say(dropped[^1].Sentence);
            }
        }

        return dropped;
    }

    /// <summary>By location and general; anywhere; anywhere and exact: the first that helps in a fresh run.</summary>
    private async Task<DropResult> ValidateAsync(
        Patch before, IReadOnlyList<DroppedRequest> dropped, RequestLocation location, IReadOnlyList<Trial> trials, Failure failure,
        Action<string> say, CancellationToken cancellationToken)
    {
        if (dropped.FirstOrDefault(one => one.Patterns.Count == 0) is { } unclear)
        {
            return new DropResult(null, null, trials, dropped,
                $"the same bytes as of {unclear.Request} also came without harm, so that no pattern tells it from {unclear.BenignTried} benign requests");
        }

        string? problem = null;
        foreach (DropWay way in DropWay.Of(dropped, location))
        {
            Patch patch = way.Patch(before, dropped, location);
            string path = Path.Combine(_work, $"patch-drop{way.Suffix}.ep");
            if (!DropPatch.Fits(patch))
            {
                problem ??= "the patch would have more patterns than it can, or other framings for the same input";
                continue;
            }

            PatchFile.Save(patch, path);
            var ahead = await (_ahead?.WithAsync(patch) ?? Task.FromResult<(RunResult, string?)?>(null)).ConfigureAwait(false);
            (RunResult validated, string? wrong) = ahead ?? await _runner.FreshAsync(
                Path.GetFileNameWithoutExtension(path), path, failure, cancellationToken).ConfigureAwait(false);
            wrong ??= DropPatch.Missed(before, patch, validated.Control);
            say(wrong is null ? ahead is null ? "validated by a fresh run" : "validated by that run, in which the patch was in force when the request came" : $"in the fresh run {wrong}");
            if (wrong is null)
            {
                string outcome = ahead is null ? "avoided in a fresh run, validated by another" : "avoided and validated in a fresh run";
                return new DropResult(patch, validated, [.. trials.SkipLast(1), trials[^1] with { Validated = true, Patch = patch, Outcome = outcome }], way.Used(dropped), null);
            }

            problem ??= wrong;
        }

        return new DropResult(null, null, trials, dropped, $"the patch against {dropped[0].Request} does not help in the fresh run: {problem!.TrimEnd('.')}");
    }
}
