using SelfHeal.Diagnosis;
using SelfHeal.Patches;

namespace SelfHeal.Reschedule;

/// <summary>What a search with a live server found.</summary>
public sealed record ProbeResult
{
    /// <summary>The validated patch, null: not healed.</summary>
    public Patch? Patch { get; init; }

    public required Failure Failure { get; init; }

    public required IReadOnlyList<ProbeTrial> Trials { get; init; }

    /// <summary>Of the first trial; null: no window was found.</summary>
    public ProbeExplanation? Explanation { get; init; }

    /// <summary>Why it is not healed; null: it is.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Runs of the server.</summary>
    public required int Runs { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public bool IsHealed => Patch is not null;
}
