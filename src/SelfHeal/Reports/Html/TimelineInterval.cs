namespace SelfHeal.Reports.Html;

/// <summary>Rows of one thread that follow each other.</summary>
/// <param name="Thread">Number of the thread.</param>
/// <param name="Top">Of the first row.</param>
/// <param name="Bottom">Of the last row.</param>
/// <param name="IsInterrupted">The thread could have gone on.</param>
/// <param name="IsFollowedByGap">Something is left out behind it.</param>
internal sealed record TimelineInterval(int Thread, double Top, double Bottom, bool IsInterrupted, bool IsFollowedByGap);
