namespace SelfHeal.Diagnosis;

/// <summary>What valgrind memcheck said.</summary>
/// <param name="Findings">Invalid reads and writes beside a heap block, in order of appearance.</param>
/// <param name="Duration">Wall time of the valgrind run.</param>
public sealed record ValgrindResult(IReadOnlyList<OverflowFinding> Findings, TimeSpan Duration)
{
    /// <summary>Frames that are compared at most: what is deeper differs below main.</summary>
    private const int Compared = 4;

    /// <summary>Some finding is about the same allocation: the innermost return addresses (up to four) differ only by
    /// one load bias per module, or name the same functions where a module is unknown.</summary>
    public bool NamesSameAllocation(OverflowFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Findings.Any(other => SameStack(finding.AllocationStack, other.AllocationStack));
    }

    private static bool SameStack(IReadOnlyList<StackFrame> guard, IReadOnlyList<StackFrame> valgrind)
    {
        int count = Math.Min(Compared, Math.Min(guard.Count, valgrind.Count));
        var bias = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            if (guard[i].Module is not { } module || valgrind[i].Module is null)
            {
                if (guard[i].Function is null || guard[i].Function != valgrind[i].Function)
                {
                    return false;
                }

                continue;
            }

            ulong difference = unchecked(valgrind[i].Address - guard[i].Offset);
            if (module != valgrind[i].Module || (difference & 0xfff) != 0
                || !(bias.TryAdd(module, difference) || bias[module] == difference))
            {
                return false;
            }
        }

        return count > 0;
    }
}
