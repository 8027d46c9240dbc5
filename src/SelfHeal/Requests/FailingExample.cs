namespace SelfHeal.Requests;

/// <summary>A failing request, as the pieces that are needed and what may stand between them.</summary>
/// <param name="Pieces">In order.</param>
/// <param name="End">What may stand behind them; null: nothing.</param>
internal sealed record FailingExample(List<RequestPiece> Pieces, PatternPart? End)
{
    public PatternCandidate ToCandidate() =>
        new([.. Pieces.SelectMany(piece => (PatternPart?[])[piece.Gap, piece.Part]).Append(End).OfType<PatternPart>()]);

    /// <summary>Those that are within the limits of a pattern.</summary>
    public static IEnumerable<PatternCandidate> Candidates(IEnumerable<FailingExample> examples) =>
        examples.Select(example => example.ToCandidate()).Where(candidate => candidate.IsPattern);

    /// <summary>The pieces as they are, and anything where the request had more; only where nothing was measured, if that costs next to nothing.</summary>
    public static FailingExample Of(PieceBench bench, List<RequestPiece> pieces, PatternPart? end)
    {
        for (int i = 0; i < pieces.Count; i++)
        {
            pieces[i].Gap = At(i, pieces[i].Gap);
        }

        return new FailingExample(pieces, At(pieces.Count, end));

        PatternPart? At(int index, PatternPart? measured) => bench.CanAskMore && measured is not null ? measured : GapExperiment.AsItStood(bench, index) ?? measured;
    }

    /// <summary>What stood between two pieces in one of the examples may stand there in all that have both.</summary>
    /// <param name="examples">The first has the pieces that those of the others are copies of.</param>
    public static void ShareGaps(IReadOnlyList<FailingExample> examples)
    {
        List<RequestPiece> models = examples[0].Pieces;
        for (int i = 1; i < models.Count; i++)
        {
            List<RequestPiece> alike = [.. examples.Select(example => Behind(example.Pieces, models[i - 1], models[i])).OfType<RequestPiece>()];
            PatternPart? gap = alike.Find(piece => piece.Gap is not null)?.Gap;
            alike.ForEach(piece => piece.Gap ??= gap);
        }
    }

    private static RequestPiece? Behind(List<RequestPiece> pieces, RequestPiece before, RequestPiece model) =>
        Enumerable.Range(1, pieces.Count - 1).Where(i => pieces[i - 1].Model == before && pieces[i].Model == model).Select(i => pieces[i]).FirstOrDefault();
}
