using System.Diagnostics;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>Finds the requests without which the program survives.</summary>
/// <param name="runner">Makes fresh runs.</param>
/// <param name="before">The patch so far.</param>
/// <param name="failure">Of the recorded run.</param>
/// <param name="patchPath">Where the patch of a trial goes, by its number.</param>
/// <param name="undropped">What goes wrong in a fresh run without drops.</param>
/// <param name="ahead">A trial that runs already; null: none does.</param>
/// <param name="say">Progress.</param>
internal sealed class DropTrials(
    TrialRunner runner, Patch before, Failure failure, Func<int, string> patchPath, string undropped, AheadRun? ahead, Action<string> say)
{
    private const int ForGroups = 3; // trials that are kept for several requests together
    private readonly List<Trial> _trials = [];

    public IReadOnlyList<Trial> Trials => _trials;

    /// <param name="candidates">In the order in which they are tried.</param>
    /// <param name="first">Number of the first trial.</param>
    /// <param name="budget">Trials, at least 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The bad ones, all of them needed; none: with none of the trials it survives.</returns>
    public async Task<IReadOnlyList<RecordedRequest>> FindAsync(
        IReadOnlyList<RecordedRequest> candidates, int first, int budget, CancellationToken cancellationToken)
    {
        int singles = candidates.Count < budget ? budget : Math.Max(1, budget - ForGroups);
        List<RecordedRequest> bad = [];
        string? known = Place(undropped);
        for (int i = 0; i < candidates.Count && _trials.Count < singles; i++)
        {
            if (bad.Contains(candidates[i]))
            {
                continue;
            }

            string? problem = await TryAsync([.. bad, candidates[i]], first, cancellationToken).ConfigureAwait(false);
            if (problem is null)
            {
                bad.Add(candidates[i]);
                return bad.Count == 1 ? bad : await NeededAsync(bad, cancellationToken).ConfigureAwait(false);
            }

            if (Place(problem) != known)
            {
                // another failure: this one is over, and a later request is bad, too
                bad.Add(candidates[i]);
                known = Place(problem);
                i = -1;
            }
        }

        // where each of several is bad, one less does not help: more and more of them, then those that are needed
        for (int count = 2; _trials.Count < budget; count *= 2)
        {
            IReadOnlyList<RecordedRequest> group = [.. candidates.Take(count)];
            if (group.Count < 2)
            {
                break;
            }

            if (await TryAsync(group, first, cancellationToken).ConfigureAwait(false) is null)
            {
                return await NeededAsync(group, cancellationToken).ConfigureAwait(false);
            }

            if (group.Count < count)
            {
                break;
            }
        }

        return [];
    }

    /// <summary>What went wrong, without when.</summary>
    private static string? Place(string? problem) => problem is null ? null
        : problem.LastIndexOf(", after event ", StringComparison.Ordinal) is var at and > 0 ? problem[..at] : problem;

    /// <summary>Null: it survives; else what went wrong.</summary>
    private async Task<string?> TryAsync(IReadOnlyList<RecordedRequest> requests, int first, CancellationToken cancellationToken)
    {
        int number = first + _trials.Count;
        long start = Stopwatch.GetTimestamp();
        Patch patch = DropPatch.Exactly(before, requests);
        string change = "drop " + string.Join(", ", requests.Take(3)) + (requests.Count > 3 ? FormattableString.Invariant($" and {requests.Count - 3} more") : "")
            + $": {PatchFile.Write(DropPatch.Exactly(Patch.Empty, [requests[0]])).Split('\n').First(line => line.StartsWith("pattern ", StringComparison.Ordinal)) switch { { Length: > 90 } line => line[..90] + "...", var line => line }}";
        say($"trial {number}: {change}");
        string? problem = "the patch would have more patterns than it can, or other framings for the same input";
        if (DropPatch.Fits(patch))
        {
            PatchFile.Save(patch, patchPath(number));
            problem = await (ahead is not null && requests is [var only] && only == ahead.Request ? ahead.TriedAsync() : FreshAsync(number, patch, cancellationToken))
                .ConfigureAwait(false);
        }

        string outcome = problem is null ? "avoided in a fresh run" : "withdrawn: in a fresh run " + problem;
        _trials.Add(new Trial(number, change, patch, problem is null, Validated: false, outcome, Stopwatch.GetElapsedTime(start)));
        say($"trial {number}: {outcome}");
        return problem;
    }

    private async Task<string?> FreshAsync(int number, Patch patch, CancellationToken cancellationToken)
    {
        (RunResult run, string? problem) = await runner.FreshAsync($"trial-{number}", patchPath(number), failure, cancellationToken).ConfigureAwait(false);
        return problem ?? DropPatch.Missed(before, patch, run.Control);
    }

    /// <summary>Leaves out, one after the other, those that are not needed.</summary>
    private async Task<IReadOnlyList<RecordedRequest>> NeededAsync(IReadOnlyList<RecordedRequest> group, CancellationToken cancellationToken)
    {
        List<RecordedRequest> needed = [.. group];
        for (int i = 0; i < group.Count && needed.Count > 1; i++)
        {
            List<RecordedRequest> rest = [.. needed.Where(request => request != group[i])];
            string path = patchPath(_trials[^1].Number) + $".without-{i}";
            PatchFile.Save(DropPatch.Exactly(before, rest), path);
            (_, string? problem) = await runner.FreshAsync(
                $"trial-{_trials[^1].Number}-without-{i}", path, failure, cancellationToken).ConfigureAwait(false);
            needed = problem is null ? rest : needed;
        }

        return needed;
    }
}
