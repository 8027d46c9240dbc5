using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>How a hold gets its length under short chaos.</summary>
internal sealed partial class ProbeSearch
{
    /// <summary>Where the other thread is early, it is over before a late part of the window is reached, and no probe shows
    /// that part. Short chaos does: while a held thread is switched out behind its hold and the server fails, the hold
    /// is made longer; where it had to wait for a lock, the lock's owner is held, too.</summary>
    private async Task<ProbeFinding> GrowAsync(
        ProbeFinding found, Patch before, string sign, bool shrink, CancellationToken cancellationToken)
    {
        string keep = Path.Combine(options.WorkDirectory, "grow");
        int quiet = 0, unexplained = 0;
        for (int i = 0; i < GrowthRuns && quiet < GrowthQuiet; i++)
        {
            ProbeRun run = await runner.RunAsync(
                policy, failing.Info.Seed + 1000 + (ulong)runner.Count, found.Patch, GrowthRounds, keep, cancellationToken).ConfigureAwait(false);
            if (run.Run is null)
            {
                quiet++;
                continue;
            }

            ProbeTrace trace = await ProbeTrace.ReadAsync(host, run.Run, keep + "-trace", cancellationToken).ConfigureAwait(false);
            Scratch.Remove(keep);
            if (run.Sign != sign || Grown(found, trace) is not { } grown)
            {
                if (++unexplained == GrowthUnexplained)
                {
                    break;
                }

                quiet = 0;
                continue;
            }

            (quiet, found) = (0, grown);
        }

        found = found with { IsQuiet = quiet == GrowthQuiet };
        if (!shrink || !found.IsQuiet || found.Growths == 0 || found.IsMeasured)
        {
            return found;
        }

        // what was tried while it became shorter were few rounds
        found = await NeededAsync(found, sign, cancellationToken).ConfigureAwait(false);
        found = await ShrinkAsync(found, before, sign, cancellationToken).ConfigureAwait(false);
        return await GrowAsync(found, before, sign, shrink: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the hold of a lock's owner is enough, it was the owner that must not be switched out.</summary>
    private async Task<ProbeFinding> NeededAsync(ProbeFinding found, string sign, CancellationToken cancellationToken)
    {
        Patch without = HoldPatch.Without(found.Patch, found.Hold);
        if (found.Owners.Count == 0 || !await IsQuietAsync(without, sign, GrowthRounds, cancellationToken).ConfigureAwait(false))
        {
            return found;
        }

        Say($"not needed: {found.Hold}");
        return found.With(found.Owners[^1] with { Patch = without }) with { Owners = [.. found.Owners.SkipLast(1)] };
    }

    private ProbeFinding? Grown(ProbeFinding found, ProbeTrace trace)
    {
        var growth = new ProbeGrowth(trace);
        Patch rest = HoldPatch.Without(found.Patch, found.Hold);
        foreach (ProbeWindow seen in growth.FindOwners(found.Hold))
        {
            var hold = new ProbeHold(trace);
            ProbeWindow owner = seen with { First = hold.Beginning(trace.Of(seen.Candidate.Place.Thread), seen.First) };
            if (hold.Build(owner) is { } other && HoldPatch.With(found.Patch, other, trace.Symbolizer.Modules) is { } patch)
            {
                Say($"it waits for a lock, whose owner was switched out {Words(trace, owner.Candidate.Place)}");
                return found with
                {
                    Patch = patch,
                    Growths = found.Growths + 1,
                    Owners = [.. found.Owners.Where(known => known.Hold.Key != other.Key), new ProbeFinding(patch, other, trace, owner, 0, 0, 0, IsMeasured: false)],
                };
            }
        }

        ProbeWindow? later = growth.Find(found.Hold, answered: true);
        ProbeWindow? earlier = later is null && !found.IsMeasured ? growth.FindEarlier(found.Hold) : null;
        later ??= earlier is null && !found.IsMeasured ? growth.Find(found.Hold, answered: false) : null;
        if ((later ?? earlier) is not { } window)
        {
            return null;
        }

        Say($"{(later is null ? "before" : "behind")} the hold of {found.Hold.Places} it fails when switched out {Words(trace, window.Candidate.Place)}");
        IReadOnlyList<SchedulePlace> own = trace.Of(window.Candidate.Place.Thread);
        ProbeFinding? grown = Finding(trace, later ?? window with { First = Earlier(trace, own, new ProbeHold(trace).Beginning(own, window.First), window.Last) }, rest);
        return grown is null || (grown.Hold.Key == found.Hold.Key && grown.Hold.Places <= found.Hold.Places) ? null
            : (found with { Growths = found.Growths + 1, IsQuiet = false }).With(grown);
    }

    /// <summary>Makes a hold that has grown as short as short chaos lets it be, from both ends, and drops those of owners that
    /// are not needed.</summary>
    private async Task<ProbeFinding> ShrinkAsync(ProbeFinding found, Patch before, string sign, CancellationToken cancellationToken)
    {
        IReadOnlyList<SchedulePlace> own = found.Trace.Of(found.Window.Candidate.Place.Thread);
        Patch rest = HoldPatch.Without(found.Patch, found.Hold);
        List<int> at = [.. Enumerable.Range(found.Window.First, found.Window.Last - found.Window.First + 1)
            .Where(i => !own[i].IsBehind && found.Trace.Location(own[i]).Count > 0)];
        int first = 0, last = at.Count - 1, rounds = ShrinkRounds;
        long grown = found.Hold.Places;
        async Task<bool> Try(int from, int to)
        {
            ProbeFinding? shorter = Finding(found.Trace, found.Window with { First = at[from], Last = at[to] }, rest);
            bool quiet = shorter is not null && await IsQuietAsync(shorter.Patch, sign, rounds, cancellationToken).ConfigureAwait(false);
            Say($"{(quiet ? "held as well" : "not enough")}: {shorter?.Hold.Places} places, {Words(found.Trace, own[at[from]])} to {Words(found.Trace, own[at[to]])}");
            if (shorter is null || !quiet)
            {
                return false;
            }

            found = found.With(shorter);
            return true;
        }

        for (int step = (last - first + 1) / 2; step > 0; step /= 2)
        {
            last -= await Try(first, last - step).ConfigureAwait(false) ? step : 0;
        }

        rounds = GrowthRounds; // a hold that begins too late fails seldom
        for (int step = (last - first + 1) / 2; step > 0; step /= 2)
        {
            first += await Try(first + step, last).ConfigureAwait(false) ? step : 0;
        }

        // nor the first ones: half as much again from the front, if growing had come so far
        first = Math.Max(0, first - ((last - first + 1) / 2));
        found = Finding(found.Trace, found.Window with { First = at[first], Last = at[last] }, rest) is { } earlier ? found.With(earlier) : found;
        foreach (HoldEntry other in found.Patch.Holds.Where(hold => hold.Key != found.Hold.Key && !before.Entries.Contains(hold)).ToList())
        {
            Patch without = HoldPatch.Without(found.Patch, other);
            found = await IsQuietAsync(without, sign, rounds, cancellationToken).ConfigureAwait(false) ? found with { Patch = without } : found;
        }

        // few rounds cannot tell the last places apart: as for pads, at least double, if growing had come so far
        found = Longer(found, Math.Max(found.Hold.Places, Math.Min(grown, 2 * found.Hold.Places)));
        Say($"shortest hold: {found.Hold.Places} places, {Words(found.Trace, own[found.Window.First])} to {Words(found.Trace, own[found.Window.Last])}");
        return found;
    }

    private async Task<bool> IsQuietAsync(Patch patch, string sign, int rounds, CancellationToken cancellationToken)
    {
        for (int i = 0; i < 2; i++)
        {
            ProbeRun run = await runner.RunAsync(
                policy, failing.Info.Seed + 1000 + (ulong)runner.Count, patch, rounds, keep: null, cancellationToken).ConfigureAwait(false);
            if (run.Sign == sign)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The patch failed when it was validated: perhaps its hold is only too short.</summary>
    private async Task<ProbeFinding?> RegrowAsync(
        ProbeFinding found, Patch patch, Patch before, RunDirectory run, string sign, CancellationToken cancellationToken)
    {
        ProbeTrace trace = await ProbeTrace.ReadAsync(host, run, Path.Combine(options.WorkDirectory, "trace"), cancellationToken).ConfigureAwait(false);
        found = found with { Patch = patch, Growths = 0, Candidates = 0, Probes = 0 };
        if (!trace.IsExact || (Grown(found, trace) ?? Widened(found)) is not { } grown)
        {
            return null;
        }

        grown = await GrowAsync(grown, before, sign, shrink: false, cancellationToken).ConfigureAwait(false);
        return grown.IsQuiet ? grown : null;
    }

    /// <summary>The same hold from further in front, and twice as long behind it. Null: it cannot be wider, or was never quiet.</summary>
    private ProbeFinding? Widened(ProbeFinding found)
    {
        IReadOnlyList<SchedulePlace> own = found.Trace.Of(found.Window.Candidate.Place.Thread);
        int first = Earlier(found.Trace, own, found.Window.First, found.Window.Last);
        if (!found.IsQuiet || Finding(found.Trace, found.Window with { First = first }, HoldPatch.Without(found.Patch, found.Hold)) is not { } wider)
        {
            return null;
        }

        Say($"wider: from {Words(found.Trace, own[first])}");
        return Longer((found with { Growths = 1, IsQuiet = false }).With(wider), Math.Max(wider.Hold.Places, Math.Min(HoldEntry.MaximumPlaces, 2 * found.Hold.Places)));
    }

    private static int Earlier(ProbeTrace trace, IReadOnlyList<SchedulePlace> own, int first, int last) =>
        ProbeHold.Earlier(own, first, last, place => trace.Location(place).Count > 0);

    private static ProbeFinding Longer(ProbeFinding found, long places)
    {
        HoldEntry longer = found.Hold with { Places = places };
        int end = ProbeHold.LastHeld(
            found.Trace.Of(found.Window.Candidate.Place.Thread), found.Window.First, places, place => found.Trace.Location(place).Count > 0);
        return found with
        {
            Hold = longer,
            Patch = HoldPatch.With(HoldPatch.Without(found.Patch, longer), longer, found.Trace.Symbolizer.Modules) ?? found.Patch,
            Window = found.Window with { Last = Math.Max(found.Window.Last, end) },
        };
    }
}
