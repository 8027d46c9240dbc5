using System.Globalization;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>What a patch with holds has to pass: the schedules that failed, and new chaos.</summary>
internal sealed class HoldValidation(RunDirectory failing, RescheduleOptions options, ScheduleRunner runner, string work)
{
    private const int AtOnce = 2;
    private readonly List<Schedule> _schedules = [];
    private readonly List<(Policy Policy, ulong Seed)> _seeds = [];
    private int _kept;

    /// <summary>A failing schedule: each later patch has to pass it, at both ends of its windows, too.</summary>
    public void Remember(ScheduleAnalysis analysis)
    {
        _schedules.Add(ScheduleSwitch.Script(analysis.Schedule));
        foreach (VulnerableWindow window in analysis.Windows)
        {
            foreach (long place in new[] { window.First, window.Last }.Where(place => place != window.Switch.Place).Distinct())
            {
                _schedules.Add(ScheduleSwitch.Script(WindowSearch.Moved(analysis.Schedule, window.Switch, place)));
            }
        }
    }

    /// <summary>The schedules that failed before, then chaos, up to the first run that fails. The failing run's own policy and
    /// seed come first, then those that made an earlier patch fail.</summary>
    public async Task<Attempt> TryAsync(Patch patch, CancellationToken cancellationToken)
    {
        int schedules = 0;
        foreach (Schedule schedule in _schedules)
        {
            if ((await runner.RunAsync(schedule, patch, cancellationToken).ConfigureAwait(false)).Failed)
            {
                ScheduledRun again = await runner.RunAgainAsync(schedule, patch, NextDirectory(), cancellationToken).ConfigureAwait(false);
                if (again.Failed)
                {
                    return new Attempt(patch, schedules, 0, again);
                }
            }

            schedules++;
        }

        return await ChaosAsync(patch, schedules, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Attempt> ChaosAsync(Patch patch, int schedules, CancellationToken cancellationToken)
    {
        int passed = 0;
        foreach ((Policy Policy, ulong Seed)[] some in Runs().Chunk(AtOnce))
        {
            ScheduledRun[] runs = await Task.WhenAll(some.Select(one =>
                runner.RunAsync(one.Policy, one.Seed, patch, NextDirectory(), cancellationToken))).ConfigureAwait(false);
            int first = Array.FindIndex(runs, run => run.Failed);
            if (first >= 0)
            {
                if (!_seeds.Contains(some[first]))
                {
                    _seeds.Add(some[first]);
                }

                return new Attempt(patch, schedules, passed + first, runs[first]);
            }

            passed += runs.Length;
        }

        return new Attempt(patch, schedules, passed, null);
    }

    private string NextDirectory() => Path.Combine(work, string.Create(CultureInfo.InvariantCulture, $"failing-{++_kept}"));

    private List<(Policy Policy, ulong Seed)> Runs()
    {
        ControlSnapshot control = failing.ReadControl();
        List<(Policy Policy, ulong Seed)> runs = [];
        List<Policy> policies = [.. options.Policies.Select(policy => WithLength(policy, control.Places))];
        if (control.Policy.Kind is not (PolicyKind.Script or PolicyKind.Uniprocessor))
        {
            runs.Add((control.Policy, control.Seed));
            policies = [control.Policy, .. policies.Where(policy => policy != control.Policy)];
        }

        runs.AddRange(_seeds);
        for (int i = 0; i < options.ValidationRuns && policies.Count > 0; i++)
        {
            runs.Add((policies[i % policies.Count], options.FirstSeed + (ulong)i));
        }

        return runs;
    }

    private static Policy WithLength(Policy policy, long places) =>
        policy is { Kind: PolicyKind.Pct, Length: 0 } ? Policy.Pct(policy.Depth, Math.Max(1, places)) : policy;
}
