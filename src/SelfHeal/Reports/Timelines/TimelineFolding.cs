using System.Globalization;

namespace SelfHeal.Reports.Timelines;

/// <summary>Keeps what matters, with a little around it, and folds the rest.</summary>
internal static class TimelineFolding
{
    private const int Context = 2; // operations shown around what matters
    private const int MostImportant = 6;

    /// <param name="items">In the order of the run.</param>
    /// <param name="important">Indexes, what matters most first; negative ones are passed over.</param>
    /// <param name="step">Puts one into words.</param>
    public static List<TimelineStep> Fold(IReadOnlyList<TimelineItem> items, IEnumerable<int> important, Func<TimelineItem, TimelineStep> step)
    {
        HashSet<int> shown = [.. important.Where(index => index >= 0).Distinct().Take(MostImportant).SelectMany(at => Enumerable.Range(at - Context, (2 * Context) + 1))];
        List<TimelineStep> steps = [];
        int folded = 0;
        for (int at = 0; at <= items.Count; at++)
        {
            if (at < items.Count && !shown.Contains(at))
            {
                folded++;
                continue;
            }

            if (folded > 0)
            {
                steps.Add(Folded([.. items.Skip(at - folded).Take(folded).Select(item => item.Place.Thread).Distinct()], folded));
            }

            folded = 0;
            steps.AddRange(at < items.Count ? [step(items[at])] : []);
        }

        return steps;
    }

    /// <summary>Numbers of the threads that are shown.</summary>
    public static IReadOnlyList<int> Threads(IEnumerable<TimelineStep> steps) => [.. steps.Select(step => step.Thread).OfType<int>().Distinct().Order()];

    private static TimelineStep Folded(int[] threads, int count) => new(
        TimelineStepKind.Folded, threads.Length == 1 ? threads[0] : null,
        string.Create(CultureInfo.InvariantCulture, $"… {count} operation{(count == 1 ? "" : "s")} of {(threads.Length == 1 ? $"thread {threads[0]}" : $"{threads.Length} threads")}"));
}
