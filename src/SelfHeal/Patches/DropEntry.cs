using System.Globalization;
using SelfHeal.Requests;

namespace SelfHeal.Patches;

/// <summary>Requests that a program reads at a call stack that begins with the frames, and that match one of the
/// patterns, never arrive; instead they are answered as a server would that refuses them.</summary>
public sealed record DropEntry : PatchEntry
{
    /// <summary>The key of requests that are read at any place.</summary>
    public const string Anywhere = "anywhere";
    internal const string Words = "Drop Request";

    /// <param name="frames">Innermost first, at most 16. The first is the site of the read, as of a hold at a system
    /// call. None: anywhere.</param>
    /// <param name="framing">How input is cut into requests.</param>
    /// <param name="patterns">1 to 64: a request is dropped if one of them matches the whole of it.</param>
    /// <param name="answer">What the peer gets in place of the program's answer; null: nothing.</param>
    /// <param name="lastDay">The entry is in force through this day (UTC); null: for ever.</param>
    /// <param name="comments">Comment lines that follow the entry, without the leading "# ".</param>
    /// <exception cref="SelfHealException">The framing is the user's own, which the recorder does not know.</exception>
    public DropEntry(
        IReadOnlyList<PatchFrame> frames, IFraming framing, IReadOnlyList<RequestPattern> patterns, DropAnswer? answer = null,
        DateOnly? lastDay = null, IReadOnlyList<string>? comments = null)
        : base(frames, comments ?? [])
    {
        ArgumentNullException.ThrowIfNull(framing);
        Framing = framing as Framing ?? throw new SelfHealException(
            $"The framing {framing.Description} cannot be stored in a patch: it is written in C#, and the recorder knows only those of Framing.Parse.");
        Patterns = patterns;
        Answer = answer;
        LastDay = lastDay;
    }

    public Framing Framing { get; }

    public IReadOnlyList<RequestPattern> Patterns { get; }

    public DropAnswer? Answer { get; }

    public DateOnly? LastDay { get; }

    public override string Action => Words;

    internal override string Argument => Framing.Description;

    internal override IEnumerable<string> Lines =>
    [
        .. Patterns.Select(pattern => $"pattern {pattern}"),
        .. Answer is null ? Array.Empty<string>() : [$"answer {Answer}"],
        .. LastDay is { } day ? [$"expires {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"] : Array.Empty<string>(),
    ];

    /// <summary>Whether it counts on that day (UTC).</summary>
    public bool IsInForce(DateOnly day) => LastDay is null || day <= LastDay;

    /// <summary>Drops for the same input overlap only where they cut it differently.</summary>
    public override bool Overlaps(PatchEntry other) => base.Overlaps(other) && !Framing.Equals(((DropEntry)other).Framing);

    public bool Equals(DropEntry? other) => base.Equals(other) && Framing.Equals(other.Framing)
        && Patterns.SequenceEqual(other.Patterns) && Equals(Answer, other.Answer) && LastDay == other.LastDay;

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Framing, Patterns.Count, LastDay);
}
