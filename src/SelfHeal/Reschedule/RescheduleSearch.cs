using System.Diagnostics;
using System.Globalization;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>One search: failing run, smallest schedule, windows, holds, validation; with the next failing run from the start
/// again, and what it needs added.</summary>
internal sealed class RescheduleSearch(
    RunDirectory failing, string sign, RescheduleOptions options, ScheduleRunner runner, FailureAnalyzer analyzer, string work)
{
    private readonly HoldValidation _validation = new(failing, options, runner, work);
    private readonly List<RescheduleTrial> _trials = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private ScheduleAnalysis? _first;
    private VulnerableWindow? _deciding;
    private string? _obstacle;

    public async Task<RescheduleResult> RunAsync(CancellationToken cancellationToken)
    {
        string file = options.Patch ?? failing.At("patch.ep");
        Patch before = File.Exists(file) ? PatchFile.Read(file) : Patch.Empty;
        Patch patch = before;
        (RunDirectory Run, string Sign) current = (failing, sign);
        Patch? healed = null;
        while (_trials.Count < options.MaximumTrials && healed is null)
        {
            long start = Stopwatch.GetTimestamp();
            ScheduleAnalysis? analysis = await analyzer.AnalyzeAsync(current.Run, current.Sign, patch, cancellationToken).ConfigureAwait(false);
            if (analysis is null)
            {
                _obstacle = analyzer.Obstacle;
                break;
            }

            _first ??= analysis;
            Say($"smallest failing schedule: {ScheduleSwitch.Script(analysis.Schedule)}");
            _validation.Remember(analysis);
            Attempt? best = await BestAsync(patch, analysis, cancellationToken).ConfigureAwait(false);
            if (best is null)
            {
                break;
            }

            bool good = best.Next is null;
            _trials.Add(new RescheduleTrial(
                _trials.Count + 1, analysis.Windows.Count, best.Patch, best.Passed, good, Outcome(best), Stopwatch.GetElapsedTime(start)));
            Say($"trial {_trials.Count}: {string.Join("; ", best.Patch.Holds)}: {Outcome(best)}");
            patch = best.Patch;
            if (good)
            {
                healed = await SmallestAsync(before, patch, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                current = (best.Next!.Run!, best.Next.Sign);
            }
        }

        _obstacle ??= healed is null ? $"holds did not help: {_trials[^1].Outcome}" : null;
        Explanation? explanation = _first is null ? null : await new ExplanationSearch(runner, analyzer, before, work)
            .ExplainAsync(_first, _deciding ?? (_first.Windows.Count > 0 ? _first.Windows[0] : null), cancellationToken).ConfigureAwait(false);
        return new RescheduleResult
        {
            Reproduced = _first is not null,
            Patch = healed,
            Trials = _trials,
            Explanation = explanation,
            Obstacle = healed is null ? _obstacle : null,
            Runs = runner.Count,
            Elapsed = Stopwatch.GetElapsedTime(_start),
        };
    }

    /// <summary>The least invasive change that heals: one hold if one is enough, else all. If none heals, the one that
    /// lasted longest.</summary>
    private async Task<Attempt?> BestAsync(Patch patch, ScheduleAnalysis analysis, CancellationToken cancellationToken)
    {
        if (analysis.Windows.Count == 0)
        {
            _obstacle = "it fails although no thread is interrupted, so no hold can prevent it";
            return null;
        }

        var candidate = new HoldCandidate(analysis.Trace);
        List<(Patch Patch, VulnerableWindow Window)> candidates = [];
        Patch all = patch;
        foreach (VulnerableWindow window in analysis.Windows)
        {
            if (candidate.Build(patch, window) is { } built)
            {
                candidates.Add((built.Patch, window));
                all = candidate.Build(all, window)?.Patch ?? all;
            }
            else
            {
                _obstacle = candidate.Obstacle;
            }
        }

        if (candidates.Count > 1)
        {
            candidates.Add((all, analysis.Windows[0]));
        }

        Attempt? best = null;
        foreach (var (tried, window) in candidates)
        {
            Attempt attempt = await _validation.TryAsync(tried, cancellationToken).ConfigureAwait(false);
            if (attempt.IsBetterThan(best))
            {
                best = attempt;
                _deciding = _trials.Count == 0 ? window : _deciding;
            }

            if (attempt.Next is null)
            {
                return attempt;
            }
        }

        _obstacle = best is null ? _obstacle ?? "no window can be held" : null;
        return best;
    }

    /// <summary>Drops each hold in turn that is not needed.</summary>
    private async Task<Patch> SmallestAsync(Patch before, Patch patch, CancellationToken cancellationToken)
    {
        foreach (HoldEntry hold in patch.Holds.ToList())
        {
            if (patch.Holds.Except(before.Holds).Count() < 2 || before.Entries.Contains(hold))
            {
                continue;
            }

            List<PatchEntry> rest = [.. patch.Entries.Where(entry => !ReferenceEquals(entry, hold))];
            var smaller = new Patch(
                [.. patch.Modules.Where(module => rest.Exists(entry => entry.Frames.Any(frame => frame.Module == module.Name)))], rest);
            if ((await _validation.TryAsync(smaller, cancellationToken).ConfigureAwait(false)).Next is null)
            {
                Say($"not needed: {hold}");
                patch = smaller;
            }
        }

        return patch;
    }

    private static string Outcome(Attempt attempt) => attempt.Next is null
        ? string.Create(CultureInfo.InvariantCulture, $"passes the failing schedules and {attempt.Passed} runs under chaos")
        : attempt.Passed == 0 ? $"an edited schedule still fails ({attempt.Next.Sign})"
        : string.Create(CultureInfo.InvariantCulture, $"fails after {attempt.Passed} runs under chaos ({attempt.Next.Sign})");

    private void Say(string text) => options.Progress?.Report(text);
}
