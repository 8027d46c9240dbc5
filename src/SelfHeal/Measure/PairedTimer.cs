using System.Diagnostics;

namespace SelfHeal.Measure;

/// <summary>Measures two things against each other in interleaved pairs, so that drift of the machine hits both.</summary>
public static class PairedTimer
{
    /// <summary>Runs both once to warm up, then <paramref name="pairs"/> pairs; every other pair runs b first.</summary>
    /// <param name="a">Base line.</param>
    /// <param name="b">What is compared with it.</param>
    /// <param name="pairs">At least 1.</param>
    public static PairedMeasurement Measure(Action a, Action b, int pairs) =>
        MeasureSeconds(() => Time(a), () => Time(b), pairs);

    /// <summary>The same for things that measure themselves, in seconds (a run's duration).</summary>
    public static PairedMeasurement MeasureSeconds(Func<double> a, Func<double> b, int pairs)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        _ = a();
        _ = b();
        double[] first = new double[pairs];
        double[] second = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            if (i % 2 == 0)
            {
                first[i] = a();
                second[i] = b();
            }
            else
            {
                second[i] = b();
                first[i] = a();
            }
        }

        return new PairedMeasurement(first, second);
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
