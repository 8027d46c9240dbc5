using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>Classifies failures and names what guard mode found.</summary>
public static class Diagnoser
{
    /// <summary>Classifies a run that has ended, from run.json and the control page; does not look at invariants.</summary>
    public static Failure Classify(RunDirectory run) => throw new NotSupportedException(run?.Path);

    /// <summary>Findings of a guard run, most severe first (writes before reads, larger before smaller).</summary>
    public static IReadOnlyList<OverflowFinding> Overflows(RunResult guardRun) =>
        throw new NotSupportedException(guardRun?.ToString());

    /// <summary>What every failure text ends with: seed, run directory, and one command that replays it.</summary>
    public static string ReplayHint(RunDirectory run) => throw new NotSupportedException(run?.Path);
}
