using SelfHeal.Schedules;

namespace SelfHeal.Chaos;

/// <summary>What the runs of one policy showed.</summary>
public sealed record ChaosResult
{
    /// <summary>The policy, with the length that pct was given.</summary>
    public required Policy Policy { get; init; }

    /// <summary>Runs judged, in the order of their seeds: without <see cref="ChaosOptions.KeepGoing"/> up to the first
    /// that failed.</summary>
    public required int Runs { get; init; }

    /// <summary>In the order of their seeds.</summary>
    public required IReadOnlyList<ChaosFailure> Failures { get; init; }

    /// <summary>Number of the first run that failed, from 1; null if none did.</summary>
    public int? FirstFailure { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Runs that ended, per second.</summary>
    public required double RunsPerSecond { get; init; }

    /// <summary>Most threads that a run started, the first one not counted.</summary>
    public long Threads { get; init; }

    /// <summary>Cancelled before it was done; what is here was found until then.</summary>
    public bool Interrupted { get; init; }

    /// <summary>One of each kind of failure, the one with the least seed, and how often it was seen.</summary>
    public IReadOnlyList<(ChaosFailure Failure, int Count)> Distinct =>
        [.. Failures.GroupBy(failure => failure.Signature, StringComparer.Ordinal).Select(group => (group.First(), group.Count()))];
}
