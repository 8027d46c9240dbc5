using SelfHeal.Diagnosis;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reschedule;

/// <summary>Puts a window and what happened in it into words.</summary>
internal sealed class ProbeExplainer(ProbeTrace trace)
{
    private const int Most = 3; // operations of other threads

    public ProbeExplanation Explain(ProbeWindow window, Failure failure)
    {
        IReadOnlyList<SchedulePlace> own = trace.Of(window.Candidate.Place.Thread);
        List<SchedulePlace> mine = [.. own.Skip(window.First).Take(window.Last - window.First + 1)];
        List<SchedulePlace> others = [.. Others(window, mine)];
        return new ProbeExplanation(
            Explained(own[window.First]), Explained(own[window.Last]), Explained(window.Candidate.Place), Functions(mine), [.. others.Select(Explained)], failure.Sentence, failure.Stack)
        {
            Timeline = ProbeTimeline.Build(trace, window, others, failure.Sentence),
        };
    }

    private List<string> Functions(List<SchedulePlace> mine) =>
    [
        .. mine.Where(place => !place.IsBehind)
            .Select(place => ProbeExplanation.Function(trace.Symbolizer.Symbolize(place.Stack, place.IsSystemCall)))
            .Where(name => name.Length > 0).Distinct(),
    ];

    /// <summary>Operations on an object of the window, then the other threads' last ones.</summary>
    private IEnumerable<SchedulePlace> Others(ProbeWindow window, List<SchedulePlace> mine)
    {
        List<SchedulePlace> all = [.. trace.Places.Skip(window.Candidate.From).Take(window.Candidate.To - window.Candidate.From)
            .Where(place => place.Thread != window.Candidate.Place.Thread && !place.IsBehind && trace.Location(place).Count > 0
                && !WaitingOperations.Contains(place.Operation))];
        return all.Where(place => mine.Exists(place.SharesObjectWith)).Take(Most).Concat(all.Take(1)).Concat(all.TakeLast(Most))
            .DistinctBy(place => place.Frames, ReferenceEqualityComparer.Instance).Take(Most);
    }

    public ExplainedOperation Explained(SchedulePlace place) => new(
        place.Thread, place.Number, OperationWords.Name(place.Operation), OperationWords.Verb(place), place.Object,
        trace.Symbolizer.Symbolize(place.Stack, place.IsSystemCall));
}
