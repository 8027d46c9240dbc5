namespace SelfHeal.Reports.Tables;

/// <summary>What the paper says of a bug (COMPSAC 2008, Table 1). Times in seconds; null: not said there.</summary>
/// <param name="Original">Without logging.</param>
/// <param name="Logged">With logging.</param>
/// <param name="Trials">Changes that were tried.</param>
/// <param name="Diagnosis">Time of valgrind, for overflows.</param>
/// <param name="Replay">Time of the replay.</param>
/// <param name="Change">The change of the environment, in words.</param>
/// <param name="PotentialTrials">Scheduling points, allocations or requests that could have been tried.</param>
/// <param name="Prevention">With logging and the patch.</param>
public sealed record PaperRow(
    double? Original, double? Logged, int? Trials, double? Diagnosis, double? Replay, string? Change, long? PotentialTrials,
    double? Prevention)
{
    /// <summary>What <see cref="Prevention"/> is compared with there: logging with the bug fixed in the source.</summary>
    public double? PreventionLogged { get; init; }
}
