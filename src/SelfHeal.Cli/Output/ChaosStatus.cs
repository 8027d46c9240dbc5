using System.Diagnostics;
using SelfHeal.Chaos;

namespace SelfHeal.Cli.Output;

/// <summary>The line that shows how far chaos is.</summary>
internal sealed class ChaosStatus(IProgress<string> shown) : IProgress<ChaosProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private long _last;

    public void Report(ChaosProgress value)
    {
        if (_last != 0 && Stopwatch.GetElapsedTime(_last) < Interval)
        {
            return;
        }

        _last = Stopwatch.GetTimestamp();
        shown.Report($"{value.Policy}: {value.Runs} runs, {value.Runs / Math.Max(value.Elapsed.TotalSeconds, 1e-3):0} runs/s, " +
            $"{value.Failures} failed");
    }
}
