using System.Diagnostics;
using System.Globalization;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>One search: failing run, candidate, window, hold, validation; and again where that fails.</summary>
internal sealed partial class ProbeSearch(RunDirectory failing, Policy policy, Failure failure, ProbeOptions options, Host host, ProbeRunner runner)
{
    private const int LeastRounds = 8;
    private const int FailingRuns = 3;   // whose candidates are tried in turn, the likeliest of each first
    private const int AgainRounds = 200;
    private const int Depth = 5;        // candidates of each
    private const int GrowthRuns = 16;   // short runs under chaos to make a hold longer
    private const int GrowthQuiet = 3;   // of them that must pass
    private const int GrowthRounds = 300;
    private const int GrowthUnexplained = 3; // failing runs that the hold had nothing to do with
    private const int ShrinkRounds = 150;
    private const int Baselines = 4; // runs without a question that must not fail
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<ProbeTrial> _trials = [];
    private ProbeExplanation? _explanation;
    private string? _obstacle;

    public async Task<ProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        Patch before = File.Exists(failing.At("patch.ep")) ? PatchFile.Read(failing.At("patch.ep")) : Patch.Empty, patch = before;
        string sign = ProbeRunner.Sign(failure.Kind, failure.Exit.Signal);
        int rounds = await RoundsAsync(patch, sign, cancellationToken).ConfigureAwait(false);
        RunDirectory? current = failing;
        ProbeFinding? last = null, explained = null;
        bool healed = false;
        while (current is not null && !healed && _trials.Count < options.MaximumTrials && _obstacle is null)
        {
            long start = Stopwatch.GetTimestamp();
            ProbeFinding? again = last is null ? null : await RegrowAsync(last, patch, before, current, sign, cancellationToken).ConfigureAwait(false);
            ProbeFinding? found = again ?? await HoldAsync(current, patch, sign, rounds, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                break;
            }

            // where a quiet hold was not enough, the first one is still what most of it is about
            explained = again is not null || explained is not { IsQuiet: true } ? found : explained;
            last = found;
            patch = found.Patch;
            TimeSpan analysis = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            var (problem, next) = await ValidateAsync(patch, cancellationToken).ConfigureAwait(false);
            healed = problem is null;
            string outcome = problem ?? string.Create(CultureInfo.InvariantCulture, $"passes {options.ValidationRounds} rounds under chaos");
            _trials.Add(new ProbeTrial(_trials.Count + 1, found.Candidates, found.Probes, found.Growths, patch, healed, outcome, analysis, Stopwatch.GetElapsedTime(start)));
            Say($"trial {_trials.Count}: {string.Join("; ", patch.Holds)}: {outcome}");
            _explanation = new ProbeExplainer(explained.Trace).Explain(explained.Window, failure);
            current = next;
        }

        return new ProbeResult
        {
            Patch = healed ? patch : null,
            Failure = failure,
            Trials = _trials,
            Explanation = _explanation,
            Obstacle = healed ? null : _obstacle ?? $"holds did not help: {(_trials.Count > 0 ? _trials[^1].Outcome : "none was found")}",
            Runs = runner.Count,
            Elapsed = Stopwatch.GetElapsedTime(_start),
        };
    }

    /// <summary>So few rounds that the server does not fail without a question; 0: there are none.</summary>
    private async Task<int> RoundsAsync(Patch patch, string sign, CancellationToken cancellationToken)
    {
        int rounds = options.ProbeRounds, failed = 0;
        for (int i = 0; i < Baselines; i++)
        {
            ProbeRun run = await runner.RunAsync(Policy.Uniprocessor, (ulong)i, patch, rounds, keep: null, cancellationToken).ConfigureAwait(false);
            if (run.Sign == sign && ++failed > 1)
            {
                if (rounds == LeastRounds)
                {
                    Say("it fails too often in production's order of threads: no probe would show anything");
                    return 0;
                }

                rounds = Math.Max(LeastRounds, rounds / 2);
                (i, failed) = (-1, 0);
            }
        }

        Say($"{rounds} rounds for each experiment");
        return rounds;
    }

    /// <summary>The first candidate whose hold makes short chaos quiet; else the first one found, for the next trial to go on from.</summary>
    private async Task<ProbeFinding?> HoldAsync(
        RunDirectory run, Patch before, string sign, int rounds, CancellationToken cancellationToken)
    {
        List<ProbeAnalysis> analyses = [];
        HashSet<string> tried = [];
        ProbeFinding? first = null;
        int probes = 0;
        for (int turn = 0; turn < 2 * Depth * FailingRuns; turn++)
        {
            // all candidates are probed; then, where no probe showed anything, the likeliest are held without one
            bool probed = turn < Depth * FailingRuns;
            if (probed && rounds == 0)
            {
                continue;
            }

            int depth = turn / FailingRuns % Depth, number = turn % FailingRuns;
            while (number >= analyses.Count)
            {
                ProbeTrace? trace = await TraceAsync(analyses.Count == 0 ? run : null, analyses.Count, before, sign, cancellationToken).ConfigureAwait(false);
                analyses.Add(new ProbeAnalysis(trace, trace is null ? null : new ProbeExperiment(runner, trace, sign, rounds), trace is null ? [] : new ProbeCandidates(trace).List()));
            }

            ProbeAnalysis analysis = analyses[number];
            if (depth >= analysis.Candidates.Count || (!probed && rounds > 0 && depth > 1) || !tried.Add(probed + analysis.Candidates[depth].Key))
            {
                continue;
            }

            ProbeCandidate candidate = analysis.Candidates[depth];
            bool fails = probed && await analysis.Experiment!.SurelyFailsAtAsync(candidate.Place, cancellationToken).ConfigureAwait(false);
            probes++;
            Say($"{(fails ? "fails" : probed ? "does not fail" : "held")} when switched out {Words(analysis.Trace!, candidate.Place)}");
            foreach (ProbeCandidate one in fails ? ProbeCandidates.Everywhere(analysis.Trace!, candidate) : probed ? [] : [candidate])
            {
                if (await HoldAsync(analysis, one, before, fails, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    continue;
                }

                probes += found.Probes;
                found = await GrowAsync(found with { Candidates = tried.Count, Probes = probes }, before, sign, shrink: true, cancellationToken).ConfigureAwait(false);
                first ??= found;
                if (found.IsQuiet)
                {
                    return found;
                }

                Say($"not the cause: {found.Hold}");
            }
        }

        _obstacle = first is null ? _obstacle ?? "no interruption of it makes the server fail again" : null;
        return first;
    }

    /// <summary>The failing run, or another one under the same policy. Null: there is none, or it cannot be replayed.</summary>
    private async Task<ProbeTrace?> TraceAsync(RunDirectory? run, int number, Patch patch, string sign, CancellationToken cancellationToken)
    {
        string keep = Path.Combine(options.WorkDirectory, "again");
        if (run is null)
        {
            ProbeRun again = await runner.RunAsync(
                policy, failing.Info.Seed + (ulong)number, patch, AgainRounds, keep, cancellationToken).ConfigureAwait(false);
            run = again.Sign == sign ? again.Run : null;
        }

        ProbeTrace? trace = run is null ? null
            : await ProbeTrace.ReadAsync(host, run, Path.Combine(options.WorkDirectory, "trace"), cancellationToken).ConfigureAwait(false);
        Scratch.Remove(keep);
        return trace is { IsExact: true } ? trace : null;
    }

    private async Task<ProbeFinding?> HoldAsync(
        ProbeAnalysis analysis, ProbeCandidate candidate, Patch before, bool measure, CancellationToken cancellationToken)
    {
        ProbeTrace trace = analysis.Trace!;
        IReadOnlyList<SchedulePlace> own = trace.Of(candidate.Place.Thread);
        int index = trace.IndexOf(candidate.Place);
        ProbeWindow window = measure
            ? await new ProbeWindowSearch(trace, analysis.Experiment!.FailsAtAsync).MeasureAsync(candidate, cancellationToken).ConfigureAwait(false)
            : new ProbeWindow(candidate, index, index, 0);
        Say($"window: {Words(trace, own[window.First])} to {Words(trace, own[window.Last])}, {window.Probes} probes");
        return Finding(trace, window with { First = new ProbeHold(trace).Beginning(own, window.First) }, before);
    }

    private static ProbeFinding? Finding(ProbeTrace trace, ProbeWindow window, Patch before) =>
        new ProbeHold(trace).Build(window) is { } hold && HoldPatch.With(before, hold, trace.Symbolizer.Modules) is { } patch
            ? new ProbeFinding(patch, hold, trace, window, 0, window.Probes, Growths: 0, IsMeasured: window.Probes > 0) : null;

    private async Task<(string? Problem, RunDirectory? Next)> ValidateAsync(Patch patch, CancellationToken cancellationToken)
    {
        Policy[] policies = [.. options.Policies.Prepend(policy).Distinct()];
        for (int i = 0; i < policies.Length; i++)
        {
            int rounds = (options.ValidationRounds * (i + 1) / policies.Length) - (options.ValidationRounds * i / policies.Length);
            string keep = Path.Combine(options.WorkDirectory, string.Create(CultureInfo.InvariantCulture, $"trial-{_trials.Count + 1}-{i + 1}"));
            ProbeRun run = await runner.RunAsync(policies[i], options.FirstSeed + (ulong)i, patch, rounds, keep, cancellationToken).ConfigureAwait(false);
            if (run.Failure is { } failed)
            {
                return ($"fails under {policies[i]}: {failed.Sentence}", run.Run);
            }

            if (run.Hits.Sum() == 0)
            {
                return ("no operation matched the hold", null);
            }
        }

        return (null, null);
    }

    private static string Words(ProbeTrace trace, SchedulePlace place) =>
        $"{OperationWords.Position(place)} at {ProbeExplanation.Brief(trace.Symbolizer.Symbolize(place.Stack, place.IsSystemCall), 4)}";

    private void Say(string text) => options.Progress?.Report(text);
}
