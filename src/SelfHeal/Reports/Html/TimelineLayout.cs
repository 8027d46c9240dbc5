using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reports.Html;

/// <summary>Where everything of a timeline is, in pixels.</summary>
internal sealed class TimelineLayout
{
    public const double LineHeight = 15;
    public const double WhereHeight = 14;
    public const double RoleWidth = 20;
    private const double Narrow = 340; // fits on a phone
    private const double LeastLabel = 200;
    private const double TextWidth = 7.4; // of a character, on the safe side
    private const double BoldWidth = 8.4;
    private const double WhereWidth = 6.7;
    private const int MostLines = 3;
    private const int WhereLines = 2;
    private readonly Timeline _timeline;
    private readonly double _lane;

    public TimelineLayout(Timeline timeline)
    {
        _timeline = timeline;
        _lane = timeline.Threads.Count > 3 ? 22 : 28;
        LabelX = 6 + (_lane * timeline.Threads.Count) + 8;
        Width = Math.Max(Narrow, LabelX + LeastLabel);
        List<TimelineRow> rows = [];
        foreach (TimelineStep step in timeline.Steps)
        {
            rows.Add(Place(step, rows.Count == 0 ? 0 : rows[^1].Bottom));
        }

        Rows = rows;
        Intervals = Group(row => row.Step is { Kind: not TimelineStepKind.Folded, Thread: not null });
        HeldIntervals = Group(row => row.Step is { IsHeld: true, Thread: not null });
    }

    public double Width { get; }

    public double Height => Rows.Count == 0 ? 0 : Rows[^1].Bottom;

    /// <summary>Left end of the texts.</summary>
    public double LabelX { get; }

    public IReadOnlyList<TimelineRow> Rows { get; }

    public IReadOnlyList<TimelineInterval> Intervals { get; }

    public IReadOnlyList<TimelineInterval> HeldIntervals { get; }

    /// <summary>The thread's column, from 0.</summary>
    public int Index(int thread) => Enumerable.Range(0, _timeline.Threads.Count).FirstOrDefault(i => _timeline.Threads[i] == thread);

    /// <summary>The middle of the thread's column.</summary>
    public double Lane(int thread) => 6 + (_lane * (Index(thread) + 0.5));

    private TimelineRow Place(TimelineStep step, double top)
    {
        double room = Width - LabelX - (step.Role > 0 ? RoleWidth : 0);
        IReadOnlyList<string> lines = TextLines.Wrap(step.Text, room / (IsBold(step) ? BoldWidth : TextWidth), MostLines);
        IReadOnlyList<string> where = step.Where.Length == 0 ? [] : TextLines.Wrap(step.Where, room / WhereWidth, WhereLines);
        return new TimelineRow(step, lines, where, top, 10 + (LineHeight * lines.Count) + (WhereHeight * where.Count));
    }

    private static bool IsBold(TimelineStep step) => step.Kind is TimelineStepKind.Interrupted or TimelineStepKind.Held or TimelineStepKind.End;

    private List<TimelineInterval> Group(Predicate<TimelineRow> counts)
    {
        List<TimelineInterval> groups = [];
        for (int i = 0, end; i < Rows.Count; i = end)
        {
            end = i + 1;
            if (!counts(Rows[i]))
            {
                continue;
            }

            while (end < Rows.Count && counts(Rows[end]) && Rows[end].Step.Thread == Rows[i].Step.Thread)
            {
                end++;
            }

            groups.Add(new TimelineInterval(
                Rows[i].Step.Thread!.Value, Rows[i].Top, Rows[end - 1].Bottom, Rows[end - 1].Step.Kind == TimelineStepKind.Interrupted,
                end == Rows.Count || !counts(Rows[end])));
        }

        return groups;
    }
}
