using System.Diagnostics;
using SelfHeal.Hosts;
using SelfHeal.Measure;
using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>The benign workload of a bug's program: original, logged, and logged with the patch. All three run at the same
/// time, but only one of them has work at a time: they take turns, part by part, so that drift of the machine hits all alike.</summary>
internal sealed class Measurement
{
    private const int LeastParts = 3, MostParts = 200;
    private readonly Variant[] _variants;
    private readonly List<double>[] _wholes = [[], [], []];
    private readonly List<double>[] _parts = [[], [], []];

    private Measurement(Variant[] variants) => _variants = variants;

    public Quartiles Original => Quartiles.Of(_wholes[0]);

    public Quartiles Logged => Quartiles.Of(_wholes[1]);

    public Quartiles Prevention => Quartiles.Of(_wholes[2]);

    public Quartiles LoggedRatio => Quartiles.Of(new PairedMeasurement(_parts[0], _parts[1]).Ratios);

    public Quartiles PreventionRatio => Quartiles.Of(new PairedMeasurement(_parts[1], _parts[2]).Ratios);

    /// <summary>Parts that were compared.</summary>
    public int Pairs => _parts[0].Count;

    /// <summary>How often the patch did something, in all runs.</summary>
    public long Hits { get; private set; }

    /// <summary>How many parts of the workload take so long.</summary>
    public static async Task<int> PartsAsync(Bug bug, Place place, double seconds)
    {
        ISession session = await bug.PrepareAsync(place, Variant.Original, Bug.Fresh(place, Variant.Original.Name)).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.StartAsync().ConfigureAwait(false);
            await session.WorkAsync(1).ConfigureAwait(false); // warms up
            double part = await TimeAsync(() => session.WorkAsync(1)).ConfigureAwait(false);
            await session.EndAsync().ConfigureAwait(false);
            return Math.Clamp((int)Math.Ceiling(seconds / part), LeastParts, MostParts);
        }
    }

    public static async Task<Measurement> TakeAsync(Bug bug, Place place, string patch, int pairs, int parts)
    {
        var measurement = new Measurement([Variant.Original, Variant.Logged, Variant.Prevention(patch)]);
        for (int pair = 0; pair < pairs; pair++)
        {
            await measurement.TakePairAsync(bug, place, parts).ConfigureAwait(false);
        }

        return measurement;
    }

    private async Task TakePairAsync(Bug bug, Place place, int parts)
    {
        double[] wholes = new double[_variants.Length];
        List<ISession> sessions = [];
        try
        {
            foreach (Variant variant in _variants)
            {
                sessions.Add(await bug.PrepareAsync(place, variant, Bug.Fresh(place, variant.Name)).ConfigureAwait(false));
            }

            for (int i = 0; i < sessions.Count; i++)
            {
                wholes[i] += await TimeAsync(sessions[i].StartAsync).ConfigureAwait(false);
            }

            for (int part = 0; part < parts; part++)
            {
                for (int turn = 0; turn < sessions.Count; turn++)
                {
                    int which = part % 2 == 0 ? turn : sessions.Count - 1 - turn;
                    double seconds = await TimeAsync(() => sessions[which].WorkAsync(1)).ConfigureAwait(false);
                    _parts[which].Add(seconds);
                    wholes[which] += seconds;
                }
            }

            for (int i = 0; i < sessions.Count; i++)
            {
                RunResult? run = null;
                wholes[i] += await TimeAsync(async () => run = await sessions[i].EndAsync().ConfigureAwait(false)).ConfigureAwait(false);
                Hits += _variants[i].Patch is null ? 0 : run!.Control.Hits.Sum();
                if (!run!.Exit.IsSuccess)
                {
                    throw new Table1Exception($"the benign workload, {_variants[i].Name}, ended with {run.Exit}");
                }
            }
        }
        finally
        {
            foreach (ISession session in sessions)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }

        for (int i = 0; i < wholes.Length; i++)
        {
            _wholes[i].Add(wholes[i]);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
