using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>A hold that is too short lets its thread be switched out behind it, while the window is still open: finds that
/// interruption in a run that failed with the hold in force.</summary>
/// <param name="trace">Of that run.</param>
internal sealed class ProbeGrowth(ProbeTrace trace)
{
    private const int Farthest = 1000; // places from the hold's beginning
    private const int Recent = 1500;   // places before the failure that are looked at

    /// <summary>From where the hold began to where it should have gone on to; only interruptions in which another thread
    /// answered a client, where that is asked for. Null: no thread was switched out
    /// behind it in what it was doing last.</summary>
    public ProbeWindow? Find(HoldEntry hold, bool answered)
    {
        ProbeWindow? best = null;
        foreach (int thread in trace.Threads)
        {
            if (Find(hold, trace.Of(thread), answered) is { } found && (best is null || found.Candidate.Place.Order > best.Candidate.Place.Order))
            {
                best = found;
            }
        }

        return best;
    }

    private ProbeWindow? Find(HoldEntry hold, IReadOnlyList<SchedulePlace> own, bool answered)
    {
        ProbeWindow? last = null;
        int begin = -1;   // where the hold in force, or the last one, began; -1: the thread waited since then
        bool found = false; // for this hold
        for (int i = 0; i < own.Count && own[i].Order < trace.End; i++)
        {
            SchedulePlace place = own[i];
            if (WaitingOperations.Contains(place.Operation))
            {
                begin = -1;
            }
            else if ((begin < 0 || i >= begin + hold.Places) && !place.IsBehind && Matches(hold, place))
            {
                (begin, found) = (i, false);
            }
            else if (begin >= 0 && !found && place.Order > trace.End - Recent && i >= begin + hold.Places && i - begin < Farthest && IsSwitchedOut(own, i) && (!answered || Answered(own, i))
                && Next(own, i) is { } next)
            {
                found = true;
                int to = i + 1 < own.Count ? own[i + 1].Order : trace.End;
                last = new ProbeWindow(new ProbeCandidate(own[next], trace.Location(own[next]), place.Order + 1, to, false, false), begin, next, 0);
            }
        }

        return last;
    }

    /// <summary>Meanwhile another thread answered a client.</summary>
    private bool Answered(IReadOnlyList<SchedulePlace> own, int i)
    {
        int to = i + 1 < own.Count ? own[i + 1].Order : trace.End;
        return trace.Answers.Any(answer => answer.Order > own[i].Order && answer.Order <= to && answer.Thread != own[i].Thread);
    }

    private bool IsSwitchedOut(IReadOnlyList<SchedulePlace> own, int i) =>
        (i + 1 < own.Count ? own[i + 1].Order : trace.End) > own[i].Order + 1;

    private int? Next(IReadOnlyList<SchedulePlace> own, int from)
    {
        int at = from;
        while (at < own.Count && (own[at].IsBehind || trace.Location(own[at]).Count == 0) && !WaitingOperations.Contains(own[at].Operation))
        {
            at++;
        }

        return at < own.Count && !WaitingOperations.Contains(own[at].Operation) ? at : null;
    }

    private bool Matches(HoldEntry hold, SchedulePlace place)
    {
        IReadOnlyList<PatchFrame> location = trace.Location(place);
        return location.Count >= hold.Frames.Count && location.Take(hold.Frames.Count).SequenceEqual(hold.Frames);
    }

    /// <summary>The window should have begun earlier: the held thread was switched out before its hold began, in what it did
    /// last, and another one answered a client meanwhile. Null: it was not.</summary>
    public ProbeWindow? FindEarlier(HoldEntry hold)
    {
        foreach (ProbeCandidate candidate in new ProbeCandidates(trace).List().Where(candidate => candidate.Answered))
        {
            IReadOnlyList<SchedulePlace> own = trace.Of(candidate.Place.Thread);
            int first = trace.IndexOf(candidate.Place);
            for (int i = first + 1; i < own.Count && i - first < Farthest && !WaitingOperations.Contains(own[i].Operation); i++)
            {
                if (!own[i].IsBehind && Matches(hold, own[i]))
                {
                    int last = i;
                    while (last + 1 < own.Count && last < i + hold.Places - 1 && !WaitingOperations.Contains(own[last + 1].Operation))
                    {
                        last++;
                    }

                    return new ProbeWindow(candidate, first, last, 0);
                }
            }
        }

        return null;
    }

    /// <summary>A hold ends where its thread has to wait for a lock. Where another one was switched out while it had that lock:
    /// the operations of that one from the lock to its release, which are to be held, too. Null: none was.</summary>
    public IEnumerable<ProbeWindow> FindOwners(HoldEntry hold)
    {
        foreach (SchedulePlace wait in trace.Places.Take(trace.End).Skip(trace.End - Recent).Reverse())
        {
            IReadOnlyList<SchedulePlace> own = trace.Of(wait.Thread);
            int at = wait.IsFutex ? trace.IndexOf(wait) : -1;
            if (at >= 0 && IsSwitchedOut(own, at) && IsHeld(hold, own, at) && Owner(wait) is { } owner)
            {
                yield return owner;
            }
        }
    }

    private bool IsHeld(HoldEntry hold, IReadOnlyList<SchedulePlace> own, int at)
    {
        for (int i = at - 1; i >= 0 && at - i < hold.Places && !WaitingOperations.Contains(own[i].Operation); i--)
        {
            if (!own[i].IsBehind && Matches(hold, own[i]))
            {
                return true;
            }
        }

        return false;
    }

    private ProbeWindow? Owner(SchedulePlace wait)
    {
        foreach (int thread in trace.Threads.Where(thread => thread != wait.Thread))
        {
            IReadOnlyList<SchedulePlace> own = trace.Of(thread);
            int next = 0; // its first place behind the wait
            while (next < own.Count && own[next].Order < wait.Order)
            {
                next++;
            }

            int last = next - 1;
            while (last >= 0 && next - last < Farthest && (own[last].IsBehind || own[last].Object != wait.Object || own[last].IsSystemCall))
            {
                last--;
            }

            bool owns = last >= 0 && !own[last].IsBehind && own[last].Object == wait.Object && !own[last].IsSystemCall && !(last + 1 < next && Releases(own[last]));
            if (owns && Release(own, last, wait.Object) is { } release && trace.Location(own[last]).Count > 0)
            {
                int locked = Releases(own[last]) ? Lock(own, last, wait.Object) : last;
                return new ProbeWindow(new ProbeCandidate(own[locked], trace.Location(own[locked]), wait.Order, wait.Order, false, true), locked, release, 0);
            }
        }

        return null;
    }

    private static bool Releases(SchedulePlace place) =>
        place.Operation is (int)SynchronizationOperation.MutexUnlock or (int)SynchronizationOperation.RwlockUnlock;

    private static int? Release(IReadOnlyList<SchedulePlace> own, int from, ulong lockAddress)
    {
        for (int i = from; i < own.Count && i - from < Farthest; i++)
        {
            if (Releases(own[i]) && own[i].Object == lockAddress)
            {
                return i;
            }
        }

        return null;
    }

    private static int Lock(IReadOnlyList<SchedulePlace> own, int from, ulong lockAddress)
    {
        for (int i = from - 1; i >= 0 && from - i < Farthest; i--)
        {
            if (!own[i].IsBehind && own[i].Object == lockAddress && !Releases(own[i]) && !own[i].IsSystemCall)
            {
                return i;
            }
        }

        return from;
    }
}
