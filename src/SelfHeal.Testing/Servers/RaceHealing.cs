using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;
using SelfHeal.Search;

namespace SelfHeal.Testing.Servers;

/// <summary>Heals a server that fails under chaos, and says what was found as every other search does.</summary>
internal static class RaceHealing
{
    public static async Task<HealResult> HealAsync(
        Host host, ChaosFailure failing, ChaosOptions chaos, RaceOptions options, string work, Action<string> say,
        CancellationToken cancellationToken)
    {
        ProbeResult probe = await new ProbeHealer(host).HealAsync(
            failing,
            new ProbeOptions
            {
                Chaos = chaos,
                WorkDirectory = work,
                MaximumTrials = options.Budget,
                ProbeRounds = options.ProbeRounds,
                ValidationRounds = options.ValidationRounds,
                Policies = [.. options.FurtherPolicies.Select(Policy.Parse)],
                Progress = new Spoken(say),
            },
            cancellationToken);
        string? path = probe.Patch is null ? null : Path.Combine(work, "patch.ep");
        if (path is not null)
        {
            PatchFile.Save(probe.Patch!, path);
        }

        string name = Path.GetFileName(chaos.Program);
        return new HealResult
        {
            Verdict = probe.IsHealed ? HealVerdict.Healed : HealVerdict.NotHealed,
            Sentence = (probe.IsHealed
                ? $"{name} is healed in {probe.Trials.Count} trial(s) and {probe.Elapsed.TotalSeconds:0} s: {string.Join("; ", probe.Patch!.Holds)}."
                : $"{name} is not healed: {probe.Obstacle}.") + $" {Diagnoser.ReplayHint(failing.Run)}",
            Run = failing.Run,
            Failure = probe.Failure,
            Patch = probe.Patch,
            PatchPath = path,
            Trials = [.. probe.Trials.Select(trial => new Trial(
                trial.Number, string.Join("; ", trial.Patch.Holds), trial.Patch, trial.Healed, trial.Healed, trial.Outcome, trial.Analysis + trial.Validation))],
            TimeToPatch = probe.Elapsed,
            Probe = probe,
        };
    }

    /// <param name="run">One that served the workload and did not fail.</param>
    /// <param name="policy">Under which none failed.</param>
    /// <param name="runs">How many were tried.</param>
    public static HealResult NothingFound(RunDirectory run, string policy, int runs) => new()
    {
        Verdict = HealVerdict.NothingToHeal,
        Sentence = $"{Path.GetFileName(run.Info.Program)} passed {runs} runs under {policy}: try more runs, or another policy. {Diagnoser.ReplayHint(run)}",
        Run = run,
        Failure = Diagnoser.Classify(run),
    };

    private sealed class Spoken(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
