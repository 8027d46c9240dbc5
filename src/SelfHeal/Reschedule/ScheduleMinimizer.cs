namespace SelfHeal.Reschedule;

/// <summary>Finds a smallest part of a failing schedule that still fails, by delta debugging.</summary>
/// <remarks>Source: Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002 (ddmin, complements
/// only). To leave a switch out is to merge a thread's interval with its next one (COMPSAC 2008, section 3).</remarks>
/// <param name="fails">Does the run under these switches fail in the same way?</param>
internal sealed class ScheduleMinimizer(Func<IReadOnlyList<ScheduleSwitch>, CancellationToken, Task<bool>> fails)
{
    private const int AtOnce = 2;

    /// <param name="switches">Those to be left out first come first. Together they fail.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>None of them can be left out alone.</returns>
    public async Task<IReadOnlyList<ScheduleSwitch>> MinimizeAsync(
        IReadOnlyList<ScheduleSwitch> switches, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScheduleSwitch> rest = switches;
        int parts = Math.Min(2, rest.Count);
        while (rest.Count > 0)
        {
            IReadOnlyList<ScheduleSwitch>? smaller = await FirstAsync(Without(rest, parts), cancellationToken).ConfigureAwait(false);
            if (smaller is not null)
            {
                rest = smaller;
                parts = Math.Min(Math.Max(parts - 1, 2), Math.Max(1, rest.Count));
            }
            else if (parts >= rest.Count)
            {
                break;
            }
            else
            {
                parts = Math.Min(2 * parts, rest.Count);
            }
        }

        return rest;
    }

    /// <summary>The list without each of its parts.</summary>
    private static List<IReadOnlyList<ScheduleSwitch>> Without(IReadOnlyList<ScheduleSwitch> list, int parts)
    {
        List<IReadOnlyList<ScheduleSwitch>> candidates = [];
        for (int i = 0; i < parts; i++)
        {
            int from = list.Count * i / parts, to = list.Count * (i + 1) / parts;
            candidates.Add([.. list.Take(from), .. list.Skip(to)]);
        }

        return candidates;
    }

    /// <summary>The first of them that fails; some are tried at the same time.</summary>
    private async Task<IReadOnlyList<ScheduleSwitch>?> FirstAsync(
        List<IReadOnlyList<ScheduleSwitch>> candidates, CancellationToken cancellationToken)
    {
        foreach (IReadOnlyList<ScheduleSwitch>[] some in candidates.Chunk(AtOnce))
        {
            bool[] failed = await Task.WhenAll(some.Select(one => fails(one, cancellationToken))).ConfigureAwait(false);
            int first = Array.IndexOf(failed, true);
            if (first >= 0)
            {
                return some[first];
            }
        }

        return null;
    }
}
