namespace SelfHeal.Reschedule;

/// <summary>Lists the interruptions of a failing run, the likeliest cause first: from the failure backward, those at which
/// another thread used the same object before all others.</summary>
/// <remarks>Source: COMPSAC 2008, section 3 (from the failing TEI backward; dependent events first).</remarks>
internal sealed class ProbeCandidates(ProbeTrace trace)
{
    private const int Most = 64;     // locations
    private const int Around = 8;    // places of the interrupted thread, on both sides, whose objects count
    private const int Meanwhile = 400; // places of other threads that are looked at
    private const int Recent = 5000; // places before the failure
    private const int Near = 24;     // interruptions of each kind that are taken before the next kind has its turn

    private readonly SortedSet<(int Order, int Thread)> _answers = [.. trace.Answers];

    /// <summary>One for each location.</summary>
    public IReadOnlyList<ProbeCandidate> List()
    {
        List<ProbeCandidate> all = [];
        HashSet<string> known = [];
        Dictionary<int, SchedulePlace> next = []; // of each thread: its first place behind the one looked at
        for (int i = trace.End - 1; i >= 0 && all.Count < Most; i--)
        {
            SchedulePlace place = trace.Places[i];
            int to = next.TryGetValue(place.Thread, out SchedulePlace? follower) ? follower.Order : trace.End;
            if (to - i > 1 && Candidate(place, to) is { } candidate && known.Add(candidate.Key))
            {
                all.Add(candidate);
            }

            next[place.Thread] = place;
        }

        return [.. all.Select((candidate, nearness) => (candidate, Rank: Rank(candidate, nearness))).OrderBy(one => one.Rank).Select(one => one.candidate)];
    }

    /// <summary>The candidate, and where other threads came to the same location last: a probe there makes those stay behind,
    /// too, and it may be one of them that must not.</summary>
    public static IEnumerable<ProbeCandidate> Everywhere(ProbeTrace trace, ProbeCandidate candidate)
    {
        yield return candidate;
        foreach (int thread in trace.Threads.Where(thread => thread != candidate.Place.Thread))
        {
            IReadOnlyList<SchedulePlace> own = trace.Of(thread);
            for (int i = own.Count - 1; i >= 0 && own[i].Order > trace.End - Recent; i--)
            {
                if (own[i].Order < trace.End && !own[i].IsBehind && trace.Location(own[i]).SequenceEqual(candidate.Location))
                {
                    int to = i + 1 < own.Count ? own[i + 1].Order : trace.End;
                    yield return new ProbeCandidate(own[i], candidate.Location, own[i].Order + 1, to, Answered: false, Conflicts: false);
                    break;
                }
            }
        }
    }

    // the failing thread's own last one; then those with an answer or a conflict; then the rest: each in the order of nearness
    private int Rank(ProbeCandidate candidate, int nearness) => nearness + (trace.FailingThread is { } failing
        ? candidate.Place.Thread == failing ? 0 : Near : candidate.Answered ? 0 : Near) + (candidate.Conflicts ? 0 : Near);

    /// <summary>A thread that was switched out behind an operation is, as far as others can see, before its next one. Reads of
    /// a clock, which have no call stack, are passed over.</summary>
    private ProbeCandidate? Candidate(SchedulePlace place, int to)
    {
        IReadOnlyList<SchedulePlace> own = trace.Of(place.Thread);
        int index = trace.IndexOf(place);
        while (index < own.Count && (own[index].IsBehind || trace.Location(own[index]).Count == 0))
        {
            index++;
        }

        return index == own.Count || WaitingOperations.Contains(own[index].Operation) ? null
            : new ProbeCandidate(own[index], trace.Location(own[index]), place.Order + 1, to, Answered(place, to), Conflicts(place, to));
    }

    private bool Answered(SchedulePlace place, int to) => _answers.GetViewBetween((place.Order + 1, 0), (to, int.MaxValue))
        .Any(answer => answer.Thread != place.Thread);

    private bool Conflicts(SchedulePlace place, int to)
    {
        IReadOnlyList<SchedulePlace> own = trace.Of(place.Thread);
        int index = trace.IndexOf(place), from = Math.Max(0, index - Around);
        List<SchedulePlace> around = [.. own.Skip(from).Take(index - from + Around + 1)];
        return trace.Places.Skip(place.Order + 1).Take(Math.Min(Meanwhile, to - place.Order - 1))
            .Any(other => around.Exists(mine => mine.SharesObjectWith(other)));
    }
}
