using System.Globalization;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Reschedule;

namespace SelfHeal.Search;

/// <summary>The search for another order of threads, as a step of healing.</summary>
internal sealed class RescheduleStep(Host host, RunDirectory run, HealOptions options, string work)
{
    private const int Most = 5;

    /// <param name="budget">Trials that are left.</param>
    /// <param name="say">Progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<RescheduleResult> SearchAsync(int budget, Action<string> say, CancellationToken cancellationToken) =>
        new Rescheduler(host).SearchAsync(
            run,
            new RescheduleOptions
            {
                WorkDirectory = Path.Combine(work, "reschedule"),
                Invariant = options.Invariant,
                ExitStatusMatters = options.ExitStatusMatters,
                MaximumTrials = Math.Clamp(budget, 1, Most),
                ValidationRuns = options.ChaosRuns,
                Timeout = options.Timeout,
                Sandbox = options.Sandbox,
                Progress = new Told(say),
            },
            cancellationToken);

    /// <summary>Its trials as those of the whole search.</summary>
    public static IEnumerable<Trial> Trials(RescheduleResult result, int first) => result.Trials.Select((trial, i) => new Trial(
        first + i, string.Join("; ", trial.Patch.Holds), trial.Patch, trial.Healed, trial.Healed, trial.Outcome, trial.Duration));

    /// <summary>What the holds are against.</summary>
    public static string Sentence(RescheduleResult result)
    {
        int holds = result.Patch!.Holds.Count();
        string against = result.Explanation is { } pair
            ? $": thread {pair.First.Thread} {pair.First.Text} at {pair.First.Where}, and only then thread {pair.Second.Thread} {pair.Second.Text}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{holds} hold{(holds == 1 ? "" : "s")} against a race{against}");
    }

    private sealed class Told(Action<string> say) : IProgress<string>
    {
        public void Report(string value) => say(value);
    }
}
