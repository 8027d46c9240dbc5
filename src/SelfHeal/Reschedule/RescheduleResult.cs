using SelfHeal.Patches;
using SelfHeal.Reports.Timelines;

namespace SelfHeal.Reschedule;

/// <summary>What a search for another thread order found.</summary>
public sealed record RescheduleResult
{
    /// <summary>The failing run's schedule, run for real, failed in the same way again.</summary>
    public required bool Reproduced { get; init; }

    /// <summary>The validated patch, null: not healed.</summary>
    public Patch? Patch { get; init; }

    public required IReadOnlyList<RescheduleTrial> Trials { get; init; }

    /// <summary>The pair of operations whose order decides; null: not found.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>The failing order of threads; and, if healed, the order under the same schedule with the patch.</summary>
    public IReadOnlyList<Timeline> Timelines { get; init; } = [];

    /// <summary>Why it is not healed; null: it is.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Runs that were made.</summary>
    public required int Runs { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public bool IsHealed => Patch is not null;
}
