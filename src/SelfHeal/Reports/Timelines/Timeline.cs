namespace SelfHeal.Reports.Timelines;

/// <summary>In which order threads did what, around what decided: COMPSAC 2008, figure 2.</summary>
/// <param name="Title">Which run it is.</param>
/// <param name="Caption">What is to be seen, and what was left out, in whole sentences.</param>
/// <param name="Fails">The run failed.</param>
/// <param name="Threads">Numbers of the threads that are shown.</param>
/// <param name="Steps">In the order of the run.</param>
public sealed record Timeline(string Title, string Caption, bool Fails, IReadOnlyList<int> Threads, IReadOnlyList<TimelineStep> Steps)
{
    /// <summary>Lines that a timeline has at most.</summary>
    public const int MaximumSteps = 40;
}
