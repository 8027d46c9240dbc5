using System.Diagnostics;
using System.Globalization;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reschedule;

/// <summary>One search: failing run, smallest schedule, windows, holds, validation; with the next failing run from the start
/// again, and what it needs added.</summary>
internal sealed class RescheduleSearch(
    RunDirectory failing, string sign, RescheduleOptions options, ScheduleRunner runner, FailureAnalyzer analyzer, string work)
{
    private readonly HoldValidation _validation = new(failing, options, runner, work);
    private readonly List<RescheduleTrial> _trials = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<HeldWindow> _windows = [];
    private bool _reproduced;
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

            _reproduced = true;
            Say($"smallest failing schedule: {ScheduleSwitch.Script(analysis.Schedule)}");
            _validation.Remember(analysis);
            Attempt? best = await BestAsync(patch, analysis, cancellationToken).ConfigureAwait(false);
            if (best is null)
            {
                break;
            }

            bool good = best.Next is null;
            _trials.Add(new RescheduleTrial(
                _trials.Count + 1, analysis.Schedule.Count(one => one.IsInterruption), best.Patch, best.Passed, good, Outcome(best), Stopwatch.GetElapsedTime(start)));
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
        var (explanation, explained) = await ExplainAsync(healed, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Timeline> timelines = explained is not { } shown ? []
            : await new TimelineSearch(analyzer, work).DrawAsync(shown.Analysis, shown.Window, shown.Patch, healed, explanation, cancellationToken).ConfigureAwait(false);
        return new RescheduleResult
        {
            Reproduced = _reproduced,
            Patch = healed,
            Trials = _trials,
            Explanation = explanation,
            Timelines = timelines,
            Obstacle = healed is null ? _obstacle : null,
            Runs = runner.Count,
            Elapsed = Stopwatch.GetElapsedTime(_start),
        };
    }

    private const int Attempts = 3; // to explain

    /// <summary>Of the windows that are held in the end, if any are; the first that can be explained and is confirmed, else the
    /// first that can be explained, else the first.</summary>
    private async Task<(Explanation? Explanation, HeldWindow? Window)> ExplainAsync(Patch? healed, CancellationToken cancellationToken)
    {
        List<HeldWindow> windows = [.. _windows.OrderByDescending(one => healed?.Holds.Any(hold => hold.Key == one.Hold.Key) == true)];
        (Explanation? Explanation, HeldWindow? Window) best = (null, windows.FirstOrDefault());

        // where a thread waits for the kernel a schedule may pass once although it fails: then again
        foreach (HeldWindow window in Enumerable.Repeat(windows, Attempts).SelectMany(one => one).TakeWhile((_, i) => i < windows.Count || best.Explanation is null))
        {
            Explanation? explanation = await new ExplanationSearch(runner, analyzer, window.Patch, work)
                .ExplainAsync(window.Analysis, window.Window, cancellationToken).ConfigureAwait(false);
            best = best.Explanation is null && explanation is not null ? (explanation, window) : best;
            if (explanation is { IsConfirmed: true })
            {
                return (explanation, window);
            }
        }

        return best;
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
        List<Patch> candidates = [];
        Patch all = patch;
        foreach (VulnerableWindow window in analysis.Windows)
        {
            if (candidate.Build(patch, window) is { } built)
            {
                candidates.Add(built.Patch);
                _windows.Add(new HeldWindow(analysis, window, patch, built.Entry));
                all = candidate.Build(all, window)?.Patch ?? all;
            }
            else
            {
                _obstacle = candidate.Obstacle;
            }
        }

        if (candidates.Count > 1)
        {
            candidates.Add(all);
        }

        Attempt? best = null;
        foreach (Patch tried in candidates)
        {
            Attempt attempt = await _validation.TryAsync(tried, cancellationToken).ConfigureAwait(false);
            best = attempt.IsBetterThan(best) ? attempt : best;
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
