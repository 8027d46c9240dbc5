using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfHeal.PaperTable;

/// <summary>Keeps this process, and what it starts, on one processor, as the paper's machine had one.</summary>
internal static partial class Pinning
{
    private const int Words = 16; // of 64 processors each

    /// <returns>The processor.</returns>
    /// <param name="processor">Null: the last that is allowed, for the first one serves most interrupts.</param>
    /// <exception cref="Table1Exception">It is not to be had.</exception>
    public static int Pin(int? processor)
    {
        int chosen = processor ?? LastAllowed();
        if (chosen >= Words * 64)
        {
            throw new Table1Exception($"there is no processor {chosen}");
        }

        ulong[] mask = new ulong[Words];
        mask[chosen / 64] = 1UL << (chosen % 64);
        foreach (string task in Directory.GetDirectories("/proc/self/task")) // later threads inherit it
        {
            if (sched_setaffinity(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), Words * sizeof(ulong), mask) != 0
                && Directory.Exists(task))
            {
                throw new Table1Exception($"processor {chosen} cannot be used here: --processor names another");
            }
        }

        return chosen;
    }

    private static int LastAllowed()
    {
        string list = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        return int.Parse(list.Split(':', ',', '-')[^1], CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nint size, ulong[] mask);
}
