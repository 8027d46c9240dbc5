using SelfHeal.Log;

namespace SelfHeal.Bench.Rows;

/// <summary>Log bytes per event, beside the input bytes that have to be there.</summary>
internal static class LogRows
{
    public static IEnumerable<Row> Measure(Bench bench)
    {
        yield return Bytes(bench, "dd bs=1", ["/usr/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=500000", "status=none"]);
        yield return Bytes(bench, "find /usr/include", ["/usr/bin/find", "/usr/include", "-size", "+100k"]);
        yield return Bytes(bench, "perl reading the clock",
            ["/usr/bin/perl", "-MTime::HiRes=time", "-e", "my $x; $x += time for 1 .. 100000"]);
    }

    private static Row Bytes(Bench bench, string name, string[] program)
    {
        ControlSnapshot control = Recorded.Control(bench.Recorded.Once(bench.Tools, program));
        ControlSnapshot empty = Recorded.Control(bench.Recorded.Once(bench.Tools, ["/bin/true"])); // start, libraries, end
        double perEvent = (double)(control.LogBytes - control.InputBytes - empty.LogBytes + empty.InputBytes)
            / (control.Events - empty.Events);
        return new Row($"log bytes per event: {name}", "bytes", [perEvent], 4,
            $"{control.Events} events, {control.InputBytes} input bytes, {control.LogBytes} in all");
    }
}
