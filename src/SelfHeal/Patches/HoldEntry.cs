using System.Globalization;

namespace SelfHeal.Patches;

/// <summary>A thread that comes to a place whose call stack begins with the frames is not switched out there, nor at its
/// next <see cref="Places"/> - 1 places, unless it blocks or ends, or 50 ms have passed.</summary>
/// <param name="Frames">Innermost first, 1 to 16. The first is the site of a system call, or the return address of a
/// pthread call in its caller.</param>
/// <param name="Places">1 to 1,000,000.</param>
/// <param name="Comments">Comment lines that follow the entry, without the leading "# ".</param>
public sealed record HoldEntry(IReadOnlyList<PatchFrame> Frames, long Places, IReadOnlyList<string> Comments)
    : PatchEntry(Frames, Comments)
{
    public const long MaximumPlaces = 1_000_000;
    internal const string Words = "Hold Schedule";

    public override string Action => Words;

    internal override string Argument => Places.ToString(CultureInfo.InvariantCulture);
}
