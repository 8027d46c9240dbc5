using System.Globalization;

namespace SelfHeal.Patches;

/// <summary>Allocations whose call stack begins with the frames get more room: SIZE becomes
/// SIZE + max(SIZE, <see cref="Bytes"/>).</summary>
/// <param name="Frames">Innermost first, 1 to 16. The first is the return address in the caller of malloc.</param>
/// <param name="Bytes">0 to 1,073,741,824.</param>
/// <param name="Comments">Comment lines that follow the entry, without the leading "# ".</param>
public sealed record PadEntry(IReadOnlyList<PatchFrame> Frames, long Bytes, IReadOnlyList<string> Comments)
    : PatchEntry(Frames, Comments)
{
    public const long MaximumBytes = 1L << 30;
    internal const string Words = "Pad Allocation";

    public override string Action => Words;

    internal override string Argument => Bytes.ToString(CultureInfo.InvariantCulture);
}
