using SelfHeal.Diagnosis;
using SelfHeal.Requests;
using Extent = SelfHeal.Search.RequestReplays.Extent;

namespace SelfHeal.Search;

/// <summary>Makes a bad request small, finds what those like it have in common, and compares that with all benign ones.</summary>
/// <param name="replays">Replays with other bytes in its place.</param>
/// <param name="options">How many replays, and for how long.</param>
/// <param name="kind">How the recorded program failed.</param>
/// <param name="time">The longest time for making it small, and once more for what it has in common with others, where one replay tries
/// many inputs and the options do not say.</param>
/// <param name="patch">In force meanwhile; null: none.</param>
/// <param name="known">The least of the log with which it fails, and how; null: that is not known yet.</param>
/// <param name="say">Progress.</param>
internal sealed class RequestGeneralizer(
    RequestReplays replays, HealOptions options, FailureKind kind, TimeSpan time, string? patch, (Extent Extent, FailureSignature Failure)? known, Action<string> say)
{
    private static readonly TimeSpan SingleTime = TimeSpan.FromSeconds(20); // at least, where a replay tries one input
    private const int Together = 200; // inputs in one replay, each on a connection of its own
    private const int AtOnce = 2; // replays
    private const int FewReads = 40; // by which a connection is repeated
    private const int ManyReads = 2_000; // of which those before the request are left out

    /// <param name="request">The bad one.</param>
    /// <param name="others">Further bad ones: they are left out of the replays.</param>
    /// <param name="benign">Requests that did no harm.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<DroppedRequest> RunAsync(
        RecordedRequest request, IReadOnlyList<RecordedRequest> others, IReadOnlyList<ReadOnlyMemory<byte>> benign,
        CancellationToken cancellationToken)
    {
        (Extent extent, FailureSignature expected) = known ?? await ExtentAsync(request, others, cancellationToken).ConfigureAwait(false);
        if (!expected.IsFailure)
        {
            return Exactly(request, benign, "It was not made smaller: with the other requests left out it does not fail, or also without it.");
        }

        var envelope = new RequestEnvelope(request.Framing, request.Bytes);
        bool several = request.Connection.IsAccepted && request.Connection.Input.Chunks.Count <= (extent == Extent.Alone ? ManyReads : extent == Extent.OwnConnection ? FewReads : 0);
        var oracle = new FailureOracle(
            (contents, token) => replays.ReplayAsync(
                request, [.. contents.Select(content => envelope.Wrap(content)!.Value)], others, extent, expected, patch, token),
            several ? Together : 1, Math.Clamp(Environment.ProcessorCount - (replays.InBackground ? 1 : 0), 1, AtOnce), content => envelope.Wrap(content) is not null);
        int replaysEach = several ? HealOptions.Replays : HealOptions.SingleReplays;
        TimeSpan timeEach = options.ShrinkTime ?? (several || time > SingleTime ? time : SingleTime);
        oracle.AllowFor(timeEach);
        DeltaResult smallest = await new DeltaDebugger(oracle).MinimizeAsync(envelope.Content, Math.Max(1, options.ShrinkReplays ?? replaysEach), cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> small = envelope.Wrap(smallest.Smallest)!.Value;
        say($"{request}: {request.Bytes.Length} bytes, of which {small.Length} are enough ({smallest.Replays} replays)");
        oracle.AllowFor(timeEach);
        List<string> notes = smallest.IsMinimal ? [] : ["It may not be the smallest: the replays, or their time, were used up."];
        try
        {
            PatternResult built = await new PatternBuilder(oracle).BuildAsync(
                envelope.Content, smallest, new PatternOptions
                {
                    MaximumReplays = options.PatternReplays ?? replaysEach,
                    Others = [.. benign.Select(other => new RequestEnvelope(request.Framing, other).Content)],
                }, cancellationToken).ConfigureAwait(false);
            PatternCheckResult check = PatternCheck.Run(Wrapped(built, envelope, request.Bytes), benign, cancellationToken);
            notes.AddRange(built.NotTried);
            return new DroppedRequest(
                request, small, check.Patterns, RefusalAnswer.To(request), check.BenignTried, check.FalsePositivesAfter, check.VariantsTried,
                check.VariantsMatched, oracle.Replays, oracle.Elapsed, notes) { Inputs = oracle.Tried, ShrinkReplays = smallest.Replays, ShrinkElapsed = smallest.Elapsed };
        }
        catch (FormatException error)
        {
            DroppedRequest exact = Exactly(request, benign, $"It was not generalised: {error.Message}");
            return exact with { Smallest = small, Replays = oracle.Replays, Elapsed = oracle.Elapsed, Inputs = oracle.Tried, ShrinkReplays = smallest.Replays, ShrinkElapsed = smallest.Elapsed, Notes = [.. notes, .. exact.Notes] };
        }
    }

    /// <summary>The request alone is dropped.</summary>
    public static DroppedRequest Exactly(RecordedRequest request, IReadOnlyList<ReadOnlyMemory<byte>> benign, string note)
    {
        RequestPattern exact = DropPatch.Exact(request.Bytes);
        int wrong = benign.Count(other => exact.Matches(other.Span));
        return new DroppedRequest(
            request, request.Bytes, wrong == 0 ? [exact] : [], RefusalAnswer.To(request), benign.Count, wrong, 1, wrong == 0 ? 1 : 0, 0, TimeSpan.Zero, [note]);
    }

    /// <summary>The least of the log with which it fails, but not without the request, and how; no failure: there is none.</summary>
    private async Task<(Extent Extent, FailureSignature Failure)> ExtentAsync(RecordedRequest request, IReadOnlyList<RecordedRequest> others, CancellationToken cancellationToken)
    {
        // with all input each replay of a hang would take as long as the recorded run
        foreach (Extent extent in RequestReplays.Of(request).Where(one => kind != FailureKind.Hang || one is Extent.Alone or Extent.OwnConnection))
        {
            FailureSignature failure = await replays.GuiltyAsync(request, others, extent, patch, cancellationToken).ConfigureAwait(false);
            if (failure.IsFailure)
            {
                return (extent, failure);
            }
        }

        return default;
    }

    /// <summary>From contents to whole requests.</summary>
    private PatternResult Wrapped(PatternResult built, RequestEnvelope envelope, ReadOnlyMemory<byte> whole) => built with
    {
        Original = whole,
        Candidates = envelope.Prefix is not { } prefix ? built.Candidates
            : [.. built.Candidates.Select(candidate => new PatternCandidate([prefix, .. candidate.Parts]))],
        Failing = [.. built.Failing.Select(content => envelope.Wrap(content)!.Value), .. options.BadRequests],
    };
}
