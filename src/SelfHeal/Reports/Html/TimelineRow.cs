using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reports.Html;

/// <summary>A step with its place in the picture.</summary>
/// <param name="Step">What it shows.</param>
/// <param name="Lines">Its text, cut into lines.</param>
/// <param name="Where">Function and line, cut into lines.</param>
/// <param name="Top">From the first row's top.</param>
/// <param name="Height">Of the row.</param>
internal sealed record TimelineRow(TimelineStep Step, IReadOnlyList<string> Lines, IReadOnlyList<string> Where, double Top, double Height)
{
    public double Bottom => Top + Height;
}
