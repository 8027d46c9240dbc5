using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Asks the running program: does it fail when threads are switched out at this location? They stay behind there
/// for a while, each time, and the others go on; all else is as in production.</summary>
/// <param name="runner">Runs the server and its driver.</param>
/// <param name="trace">Names the modules.</param>
/// <param name="sign">The failure that counts.</param>
/// <param name="rounds">Of the driver, for one question. Without a question the program does not fail in so few.</param>
internal sealed class ProbeExperiment(ProbeRunner runner, ProbeTrace trace, string sign, int rounds)
{
    private static readonly long[] Stays = [1000, 5000]; // microseconds: a "no" is asked for again, for a machine that is busy
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Locations that were asked about.</summary>
    public int Count => _known.Count;

    /// <summary>Asks until it fails, with longer and longer stays.</summary>
    public async Task<bool> FailsAtAsync(SchedulePlace place, CancellationToken cancellationToken)
    {
        IReadOnlyList<PatchFrame> location = trace.Location(place);
        string key = string.Join(' ', location);
        return _known.TryGetValue(key, out bool fails) ? fails : _known[key] = await FailsAsync(location, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fails, and once more when asked again: not by chance.</summary>
    public async Task<bool> SurelyFailsAtAsync(SchedulePlace place, CancellationToken cancellationToken)
    {
        IReadOnlyList<PatchFrame> location = trace.Location(place);
        return await FailsAtAsync(place, cancellationToken).ConfigureAwait(false)
            && (_known[string.Join(' ', location)] = await FailsAsync(location, cancellationToken).ConfigureAwait(false));
    }

    private async Task<bool> FailsAsync(IReadOnlyList<PatchFrame> location, CancellationToken cancellationToken)
    {
        foreach (long stay in Stays)
        {
            if (await AskAsync(location, stay, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> AskAsync(IReadOnlyList<PatchFrame> location, long stay, CancellationToken cancellationToken)
    {
        Patch patch = HoldPatch.Of(trace.Symbolizer.Modules, [new HoldEntry(location, 1, [])]);
        ProbeRun run = await runner.RunAsync(Policy.Probe(stay), 0, patch, rounds, keep: null, cancellationToken).ConfigureAwait(false);
        return run.Sign == sign && run.Hits.Sum() > 0;
    }
}
