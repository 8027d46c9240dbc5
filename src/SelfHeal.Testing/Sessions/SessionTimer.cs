using SelfHeal.Hosts;
using SelfHeal.Measure;

namespace SelfHeal.Testing.Sessions;

/// <summary>Interleaved pairs of runs; as PairedTimer in the engine, for runs that are awaited.</summary>
internal static class SessionTimer
{
    public static async Task<PairedMeasurement> MeasureAsync(Func<Task<RunResult>> a, Func<Task<RunResult>> b, int pairs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        _ = await a();
        _ = await b();
        var (first, second) = (new List<double>(), new List<double>());
        for (int i = 0; i < pairs; i++)
        {
            if (i % 2 == 0)
            {
                first.Add((await a()).Duration.TotalSeconds);
                second.Add((await b()).Duration.TotalSeconds);
            }
            else
            {
                second.Add((await b()).Duration.TotalSeconds);
                first.Add((await a()).Duration.TotalSeconds);
            }
        }

        return new PairedMeasurement(first, second);
    }
}
