using SelfHeal.Log;

namespace SelfHeal.Reschedule;

/// <summary>Measures how far an interruption can be moved, down and up in its thread's places, while the program still
/// fails: to the first location on each side that does not fail.</summary>
/// <remarks>Where the thread has taken one lock more, others may need that lock and wait, so that an interruption there does
/// no harm although those around it do: such a location does not end the window.</remarks>
internal sealed class ProbeWindowSearch(ProbeTrace trace, Func<SchedulePlace, CancellationToken, Task<bool>> fails)
{
    /// <summary>Locations that are tried on each side.</summary>
    public const int Limit = 40;
    private const int LongestHole = 12; // locations with one lock more, one after the other
    private int _probes;

    public async Task<ProbeWindow> MeasureAsync(ProbeCandidate candidate, CancellationToken cancellationToken)
    {
        IReadOnlyList<SchedulePlace> own = trace.Of(candidate.Place.Thread);
        int index = trace.IndexOf(candidate.Place);
        int first = await EndAsync(own, index, -1, candidate.Key, cancellationToken).ConfigureAwait(false);
        int last = await EndAsync(own, index, +1, candidate.Key, cancellationToken).ConfigureAwait(false);
        return new ProbeWindow(candidate, first, last, _probes);
    }

    /// <summary>Index of the farthest place that fails.</summary>
    private async Task<int> EndAsync(
        IReadOnlyList<SchedulePlace> own, int from, int step, string key, CancellationToken cancellationToken)
    {
        HashSet<string> known = [key];
        int end = from, hole = 0;
        for (int i = from + step; i >= 0 && i < own.Count && known.Count <= Limit && !WaitingOperations.Contains(own[i].Operation); i += step)
        {
            if (own[i].IsBehind || trace.Location(own[i]) is not { Count: > 0 } location || !known.Add(string.Join(' ', location)))
            {
                continue;
            }

            _probes++;
            if (await fails(own[i], cancellationToken).ConfigureAwait(false))
            {
                (end, hole) = (i, 0);
            }
            else if (++hole > LongestHole || !HasLockMore(own, end, i))
            {
                break;
            }
        }

        return end;
    }

    /// <summary>At the place a lock is held that is not at the window's end.</summary>
    private static bool HasLockMore(IReadOnlyList<SchedulePlace> own, int end, int at)
    {
        HashSet<ulong> taken = [], released = []; // from the lower one to the higher one
        for (int i = Math.Min(end, at); i < Math.Max(end, at); i++)
        {
            switch (own[i])
            {
                case { IsBehind: true }:
                    break;
                case
                {
                    Operation: >= (int)SynchronizationOperation.MutexLock and <= (int)SynchronizationOperation.MutexClocklock
                    or >= (int)SynchronizationOperation.RwlockRdlock and <= (int)SynchronizationOperation.RwlockClockwrlock
                }:
                    taken.Add(own[i].Object);
                    break;
                case { Operation: (int)SynchronizationOperation.MutexUnlock or (int)SynchronizationOperation.RwlockUnlock }:
                    _ = taken.Remove(own[i].Object) || released.Add(own[i].Object);
                    break;
            }
        }

        return at > end ? taken.Count > 0 : released.Count > 0;
    }
}
