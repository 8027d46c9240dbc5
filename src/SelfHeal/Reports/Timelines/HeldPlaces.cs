using SelfHeal.Diagnosis;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Reports.Timelines;

/// <summary>At which places of a traced run a thread was held, as src/Recorder/sched_hold.c does it: from a place whose call
/// stack begins with an entry's key, for so many places, or until the thread waits.</summary>
internal sealed class HeldPlaces
{
    private readonly Dictionary<(int Thread, long Number), (HoldEntry Entry, bool Begins)> _held = [];

    public HeldPlaces(ScheduleTrace trace, Patch patch)
    {
        HoldEntry[] holds = [.. patch.Holds];
        HashSet<(int Thread, long Place)> waits = [.. trace.Switches.Where(one => !one.IsInterruption).Select(one => (one.Thread, one.Place))];
        Dictionary<int, (HoldEntry Entry, long Left)> active = [];
        foreach (SchedulePlace place in holds.Length == 0 ? [] : trace.Places)
        {
            (HoldEntry Entry, long Left) hold = active.GetValueOrDefault(place.Thread);
            bool begins = hold.Left == 0;
            if (begins)
            {
                if (place.IsBehind || Array.Find(holds, one => IsAt(one, place, trace.Symbolizer)) is not { } entry)
                {
                    continue;
                }

                hold = (entry, entry.Places);
            }

            _held[(place.Thread, place.Number)] = (hold.Entry, begins);
            active[place.Thread] = waits.Contains((place.Thread, place.Number)) ? default : hold with { Left = hold.Left - 1 };
        }
    }

    /// <summary>A thread is held there.</summary>
    public bool Contains(SchedulePlace place) => _held.ContainsKey((place.Thread, place.Number));

    /// <summary>The hold that begins there; null: none does.</summary>
    public HoldEntry? BeginsAt(SchedulePlace place) =>
        _held.TryGetValue((place.Thread, place.Number), out var held) && held.Begins ? held.Entry : null;

    private static bool IsAt(HoldEntry hold, SchedulePlace place, Symbolizer symbolizer)
    {
        if (place.Frames.Count < hold.Frames.Count)
        {
            return false;
        }

        for (int i = 0; i < hold.Frames.Count; i++)
        {
            if (symbolizer.Find(place.Frames[i]) is not { } module || module.Name != hold.Frames[i].Module
                || place.Frames[i] - module.Base != hold.Frames[i].Offset)
            {
                return false;
            }
        }

        return true;
    }
}
