using System.Runtime.InteropServices;

namespace SelfHeal.Bench.Servers;

/// <summary>The processor time of another process, with its ended threads, to the nanosecond (clock_getcpuclockid(3)).</summary>
internal static partial class ProcessClock
{
    private const int WholeProcess = 2; // CPUCLOCK_SCHED

    public static double Seconds(int process) =>
        clock_gettime((~process << 3) | WholeProcess, out Time time) == 0 ? time.Seconds + (time.Nanoseconds / 1e9)
            : throw new BenchException($"process {process} has ended");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int clock_gettime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
