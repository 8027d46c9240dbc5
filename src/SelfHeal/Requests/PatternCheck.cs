namespace SelfHeal.Requests;

/// <summary>Tries patterns on benign requests, and narrows them until they match none.</summary>
public static class PatternCheck
{
    /// <param name="built">The patterns, and what failed.</param>
    /// <param name="benign">Whole requests of recorded runs that did no harm.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PatternCheckResult Run(
        PatternResult built, IReadOnlyList<ReadOnlyMemory<byte>> benign, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(built);
        ArgumentNullException.ThrowIfNull(benign);
        IReadOnlyList<RequestPattern> wide = built.Patterns;
        int before = Count(wide, benign);
        List<RequestPattern> narrowed = before == 0 ? [.. wide.Distinct()]
            : [.. built.Candidates.Select(candidate => Narrow(candidate, built, benign, cancellationToken)).OfType<RequestPattern>().Distinct()];

        bool exactFits = built.Original.Length is > 0 and <= RequestPattern.MaximumText / 4;
        if (exactFits && !narrowed.Exists(pattern => pattern.Matches(built.Original.Span)))
        {
            var exact = new RequestPattern([new FixedElement(built.Original)]);
            narrowed.AddRange(Count([exact], benign) == 0 ? [exact] : []);
        }

        int after = before == 0 && narrowed.Count == wide.Distinct().Count() ? 0 : Count(narrowed, benign);
        return new PatternCheckResult(
            narrowed, benign.Count, before, after, built.Failing.Count, Count(narrowed, built.Failing));
    }

    /// <summary>Takes back, one after the other, the generalisation that lets the most benign requests match.</summary>
    private static RequestPattern? Narrow(
        PatternCandidate candidate, PatternResult built, IReadOnlyList<ReadOnlyMemory<byte>> benign, CancellationToken cancellationToken)
    {
        RequestPattern pattern = candidate.ToPattern();
        bool matchesOriginal = pattern.Matches(built.Original.Span);
        List<ReadOnlyMemory<byte>> wrong = [.. benign.Where(request => pattern.Matches(request.Span))];
        while (wrong.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PatternCandidate? best = Steps(candidate)
                .Where(step => !matchesOriginal || step.ToPattern().Matches(built.Original.Span))
                .MinBy(step => (Count([step.ToPattern()], wrong), -Count([step.ToPattern()], built.Failing)));
            if (best is null)
            {
                return null;
            }

            candidate = best;
            pattern = candidate.ToPattern();
            wrong = [.. wrong.Where(request => pattern.Matches(request.Span))];
        }

        return pattern;
    }

    private static IEnumerable<PatternCandidate> Steps(PatternCandidate candidate)
    {
        for (int i = 0; i < candidate.Parts.Count; i++)
        {
            int at = i;
            if (candidate.Parts[i].Narrower is { } narrower)
            {
                yield return new PatternCandidate([.. candidate.Parts.Select((part, j) => j == at ? narrower : part)]);
            }
        }
    }

    private static int Count(IReadOnlyList<RequestPattern> patterns, IEnumerable<ReadOnlyMemory<byte>> requests) =>
        requests.Count(request => patterns.Any(pattern => pattern.Matches(request.Span)));
}
