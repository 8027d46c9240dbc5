using System.Globalization;
using System.Text;

namespace SelfHeal.Reschedule;

/// <summary>The pair of operations of two threads whose order decides whether the run fails.</summary>
public sealed record Explanation
{
    /// <summary>Has to come first. The run fails when its thread is switched out before it.</summary>
    public required ExplainedOperation First { get; init; }

    /// <summary>Has to come later. The run fails when it comes before the other one.</summary>
    public required ExplainedOperation Second { get; init; }

    /// <summary>The lock or descriptor that both are about; null: they are about different ones, or plain memory.</summary>
    public string? SharedObject { get; init; }

    /// <summary>How the run fails.</summary>
    public required string Failure { get; init; }

    /// <summary>After a deadlock: who waits for what.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];

    /// <summary>What was measured: each schedule around the pair, and how many of its runs failed.</summary>
    public required IReadOnlyList<ExplanationCheck> Checks { get; init; }

    /// <summary>All schedules in which the second operation comes first failed each time, all others passed.</summary>
    public bool IsConfirmed => Checks.Count > 1 && Checks.All(check => check.Failed == (check.Fails ? check.Runs : 0));

    /// <summary>At most 15 lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(IsConfirmed ? "The" : "Most likely the")} order of two operations decides: thread {First.Thread} has to be first.\n");
        text.Append(CultureInfo.InvariantCulture, $"  thread {First.Thread} {First.Text}\n    at {First.Where}\n");
        text.Append(CultureInfo.InvariantCulture, $"  thread {Second.Thread} {Second.Text}\n    at {Second.Where}\n");
        if (SharedObject is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  both are about {SharedObject}\n");
        }

        foreach (string wait in Waits.Take(4))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {wait}\n");
        }

        foreach (ExplanationCheck check in Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {check}\n");
        }

        return text.ToString().TrimEnd('\n');
    }
}
