using System.Text.Json.Serialization;

namespace SelfHeal.Reports.Tables;

/// <summary>One bug of Table 1, as measured. Times in seconds.</summary>
/// <param name="Name">As in the paper: mysql-1.</param>
/// <param name="Program">What was run, with its version.</param>
/// <param name="Original">Benign workload without the recorder.</param>
/// <param name="Logged">The same, recorded.</param>
/// <param name="Prevention">The same, recorded with the patch in force.</param>
/// <param name="LoggedRatio">Logged / original, of interleaved pairs.</param>
/// <param name="PreventionRatio">Prevention / logged, of interleaved pairs.</param>
/// <param name="Pairs">Interleaved pairs of each kind.</param>
/// <param name="Trials">Changes that were tried.</param>
/// <param name="GuardDiagnosis">Time of the replay in guard mode; null: no heap damage.</param>
/// <param name="ValgrindDiagnosis">Time of valgrind for the same; null: not asked.</param>
/// <param name="Replay">Time of the replay of the failing run.</param>
/// <param name="Change">The change of the environment, in words.</param>
/// <param name="PotentialTrials">Scheduling points, allocations or requests that could have been tried.</param>
/// <param name="TimeToPatch">From the failure to the validated patch.</param>
/// <param name="Paper">The paper's row.</param>
public sealed record BugRow(
    string Name, string Program, Quartiles Original, Quartiles Logged, Quartiles Prevention, Quartiles LoggedRatio,
    Quartiles PreventionRatio, int Pairs, int Trials, double? GuardDiagnosis, double? ValgrindDiagnosis, double? Replay, string Change,
    long? PotentialTrials, double? TimeToPatch, PaperRow? Paper)
{
    /// <summary>How long the failing run took, recorded; null: not said.</summary>
    public double? Failing { get; init; }

    /// <summary>One sentence each on what was missed or is different, with its cause.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value ?? []; } = [];

    /// <summary>The paper's logged / original; null: not said there.</summary>
    [JsonIgnore]
    public double? PaperLoggedRatio => Paper is { Original: > 0 and { } original, Logged: { } logged } ? logged / original : null;

    /// <summary>The paper's prevention / logged; null: not said there.</summary>
    [JsonIgnore]
    public double? PaperPreventionRatio => Paper is { PreventionLogged: > 0 and { } logged, Prevention: { } prevention } ? prevention / logged : null;
}
