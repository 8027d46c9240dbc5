using System.Globalization;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>A bad request that the patch drops, and what is known of those like it.</summary>
/// <param name="Request">As it was recorded.</param>
/// <param name="Smallest">What of it still fails; itself where it could not be made smaller.</param>
/// <param name="Patterns">What is dropped.</param>
/// <param name="Answer">What the client gets; null: nothing.</param>
/// <param name="BenignTried">Requests that did no harm and were compared with the patterns.</param>
/// <param name="FalsePositives">Of those, matched by the patterns: 0.</param>
/// <param name="VariantsTried">Inputs that were seen to fail.</param>
/// <param name="VariantsMatched">Of those, matched by the patterns.</param>
/// <param name="Replays">Replays that making it smaller and generalising it took.</param>
/// <param name="Elapsed">Their time.</param>
/// <param name="Notes">One sentence each on what was not done.</param>
public sealed record DroppedRequest(
    RecordedRequest Request, ReadOnlyMemory<byte> Smallest, IReadOnlyList<RequestPattern> Patterns, DropAnswer? Answer, int BenignTried,
    int FalsePositives, int VariantsTried, int VariantsMatched, int Replays, TimeSpan Elapsed, IReadOnlyList<string> Notes)
{
    private const int Shown = 60; // bytes

    /// <summary>Inputs that were tried in the replays.</summary>
    public int Inputs { get; init; }

    /// <summary>Of the replays, those that made it smaller.</summary>
    public int ShrinkReplays { get; init; }

    /// <summary>Their time.</summary>
    public TimeSpan ShrinkElapsed { get; init; }

    /// <summary>The request as a patch has bytes, shortened.</summary>
    public string Text => Short(Request.Bytes);

    /// <summary>All of it in one sentence.</summary>
    public string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"{Request}, {Request.Bytes.Length} bytes ({Request.Framing}): {Text}; smallest that fails: {Smallest.Length} bytes, {Short(Smallest)}; ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{FalsePositives} of {BenignTried} benign requests match, and {VariantsMatched} of {VariantsTried} failing variants ({Inputs} inputs in {Replays} replays, {Elapsed.TotalSeconds:0.0} s)");

    private static string Short(ReadOnlyMemory<byte> bytes) =>
        bytes.Length <= Shown ? QuotedText.Write(bytes.Span) : QuotedText.Write(bytes.Span[..Shown]) + "...";
}
