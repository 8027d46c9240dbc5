namespace SelfHeal.Diagnosis;

/// <summary>What valgrind memcheck said.</summary>
/// <param name="Findings">Invalid reads and writes beside a heap block, in order of appearance.</param>
/// <param name="Duration">Wall time of the valgrind run.</param>
public sealed record ValgrindResult(IReadOnlyList<OverflowFinding> Findings, TimeSpan Duration)
{
    /// <summary>Some finding is about the same allocation: same size, same calls in the innermost frames that both
    /// know (functions and lines, or module offsets).</summary>
    public bool NamesSameAllocation(OverflowFinding finding) => throw new NotSupportedException(finding?.Sentence);
}
