namespace SelfHeal.Log;

/// <summary>Mirrors <c>enum sh_overflow_kind</c>.</summary>
public enum OverflowKind
{
    WriteAfter = 1,
    ReadAfter = 2,
    WriteBefore = 3,

    /// <summary>A write beyond the end, within the alignment slack: no access stack.</summary>
    WriteSlack = 4,
    WriteFreed = 5,
}
