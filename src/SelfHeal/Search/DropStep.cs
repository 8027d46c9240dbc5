using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>The search for bad requests, as a step of healing: which, what of them, and whether the patch helps.</summary>
internal sealed class DropStep(Host host, RunDirectory run, HealOptions options, string work, TrialRunner runner)
{
    /// <param name="before">Pads and holds so far, and the run's own patch.</param>
    /// <param name="failure">Of the recorded run.</param>
    /// <param name="first">Number of the first trial.</param>
    /// <param name="budget">Trials that are left.</param>
    /// <param name="say">Progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DropResult> SearchAsync(
        Patch before, Failure failure, int first, int budget, Action<string> say, CancellationToken cancellationToken)
    {
        RecordedRequests recorded = RecordedRequests.Read(run.OpenLog(), options.Framing);
        var candidates = new DropCandidates(recorded);
        if (candidates.Ordered.Count == 0)
        {
            return new DropResult(null, null, [], [], candidates.Obstacle);
        }

        string? own = before.Entries.Count == 0 ? null : Path.Combine(work, "before-drops.ep");
        if (own is not null)
        {
            PatchFile.Save(before, own);
        }

        Task<string?> undropped = UndroppedAsync(own, failure, cancellationToken);
        var trials = new DropTrials(runner, before, failure, number => Path.Combine(work, $"patch-{number}.ep"), undropped, say);
        Task<RequestLocation> locating = Task.Run(
            async () =>
            {
                _ = await undropped.ConfigureAwait(false); // two runs at once are enough
                return await RequestLocation.FindAsync(
                    host, run, options, Path.Combine(work, "requests"), recorded.Connections, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
        IReadOnlyList<RecordedRequest> guilty = await trials.FindAsync(candidates.Ordered, first, Math.Max(1, budget), cancellationToken).ConfigureAwait(false);
        RequestLocation location = await locating.ConfigureAwait(false);
        if (await undropped.ConfigureAwait(false) is null)
        {
            return new DropResult(null, null, trials.Trials, [],
                "in a fresh run with the recorded input it does not fail, so nothing could be said of requests that are dropped");
        }

        if (guilty.Count == 0)
        {
            return new DropResult(null, null, trials.Trials, [], $"no trial that drops requests survived ({trials.Trials.Count} of {candidates.Ordered.Count} requests tried)"
                + (candidates.Obstacle is { } more ? "; " + more : ""));
        }

        IReadOnlyList<DroppedRequest> dropped = await GeneraliseAsync(recorded, guilty, failure.Kind, own, say, cancellationToken).ConfigureAwait(false);
        return await ValidateAsync(before, dropped, location, trials.Trials, failure, say, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> UndroppedAsync(string? own, Failure failure, CancellationToken cancellationToken) =>
        (await runner.FreshAsync("undropped", own, failure, cancellationToken).ConfigureAwait(false)).Problem;

    private async Task<IReadOnlyList<DroppedRequest>> GeneraliseAsync(
        RecordedRequests recorded, IReadOnlyList<RecordedRequest> guilty, FailureKind kind, string? patch, Action<string> say,
        CancellationToken cancellationToken)
    {
        var replays = new RequestReplays(host, run, options, work, recorded.Connections);
        var generalizer = new RequestGeneralizer(replays, options, kind, patch, say);
        var dropped = new List<DroppedRequest>();
        foreach (RecordedRequest request in guilty)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> benign =
            [
                .. DropCandidates.Benign(recorded, guilty, request.Framing),
                .. options.BenignRuns.SelectMany(other => RecordedRequests.Read(other.OpenLog(), request.Framing).Requests)
                    .Where(DropCandidates.IsWhole).Select(other => other.Bytes),
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
        bool keyed = dropped.Any(one => location.Of(one.Request).Frames.Count > 0);
        (bool, bool)[] ways = [(true, false), (false, false), (false, true)];
        foreach ((bool byLocation, bool exact) in ways.Skip(keyed ? 0 : 1))
        {
            IReadOnlyList<DroppedRequest> used = exact ? [.. dropped.Select(one => one with { Patterns = [DropPatch.Exact(one.Request.Bytes)] })] : dropped;
            Patch patch = used.Aggregate(before, (made, one) => DropPatch.With(made, Entry(one, location, byLocation), location.Modules));
            string path = Path.Combine(work, $"patch-drop{(byLocation ? "" : "-anywhere")}{(exact ? "-exact" : "")}.ep");
            if (!DropPatch.Fits(patch))
            {
                problem ??= "the patch would have more patterns than it can, or other framings for the same input";
                continue;
            }

            PatchFile.Save(patch, path);
            (RunResult validated, string? wrong) = await runner.FreshAsync(
                Path.GetFileNameWithoutExtension(path), path, failure, cancellationToken).ConfigureAwait(false);
            wrong ??= DropPatch.Missed(before, patch, validated);
            say(wrong is null ? "validated by a fresh run" : $"in the fresh run {wrong}");
            if (wrong is null)
            {
                Trial last = trials[^1] with { Validated = true, Patch = patch, Outcome = "avoided in a fresh run, validated by another" };
                return new DropResult(patch, validated, [.. trials.SkipLast(1), last], used, null);
            }

            problem ??= wrong;
        }

        return new DropResult(null, null, trials, dropped, $"the patch against {dropped[0].Request} does not help in the fresh run: {problem!.TrimEnd('.')}");
    }

    private static DropEntry Entry(DroppedRequest one, RequestLocation location, bool byLocation)
    {
        (IReadOnlyList<PatchFrame> frames, string text) = location.Of(one.Request);
        string where = frames.Count == 0 ? $"read anywhere, for {text}" : byLocation ? text : $"read anywhere, not only at {text}";
        return new DropEntry(
            byLocation ? frames : [], one.Request.Framing, one.Patterns, one.Answer, comments: [where, "measured: " + one.Sentence]);
    }
}
