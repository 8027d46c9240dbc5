using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>Which requests may be bad, in the order in which they are tried: backward from the failure.</summary>
internal sealed class DropCandidates
{
    private const int LongestDropped = 65_536; // bytes that the recorder looks at

    public DropCandidates(RecordedRequests recorded)
    {
        var known = new Dictionary<RecordedRequest, int>(SameBytes.Instance);
        foreach (RecordedRequest request in recorded.Requests)
        {
            known[request] = known.GetValueOrDefault(request) + 1;
        }

        List<RecordedRequest> possible =
        [
            .. recorded.Requests.Where(request => IsWhole(request) && !IsAwaited(request) && request.Bytes.Length <= LongestDropped)
                .Reverse().Distinct(SameBytes.Instance),
        ];
        Ordered = [.. possible.OrderBy(request => IsSetUp(request) ? 2 : known[request] > 1 ? 1 : 0)];
        Obstacle = recorded.Requests.Count == 0 ? null
            : recorded.Requests[^1] is var last && !IsWhole(last) ? $"the last request, {last}, was not complete when it failed"
            : last.Bytes.Length > LongestDropped ? FormattableString.Invariant($"{last} is longer than {LongestDropped:N0} bytes, more than can be looked at")
            : null;
    }

    /// <summary>Those that are like no other first, then those that came more than once; last those that set a
    /// connection up.</summary>
    public IReadOnlyList<RecordedRequest> Ordered { get; }

    /// <summary>Why the last request is none of them.</summary>
    public string? Obstacle { get; }

    /// <summary>Requests that did no harm: all that came as a whole, but the bad ones.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Benign(
        RecordedRequests recorded, IReadOnlyCollection<RecordedRequest> guilty, Framing framing) =>
        [.. recorded.Requests.Where(request => request.Framing.Equals(framing) && IsWhole(request) && !guilty.Contains(request)).Select(request => request.Bytes)];

    public static bool IsWhole(RecordedRequest request) => request.Request.Kind == RequestCutKind.Complete;

    /// <summary>A client waits for it: the line that ends an IMAP server's answer. Without it nothing fails any more because
    /// nothing goes on.</summary>
    private static bool IsAwaited(RecordedRequest request) =>
        request.Framing.Kind == FramingKind.Imap && !request.Connection.IsAccepted && request.Bytes.Span is not [(byte)'*', ..];

    /// <summary>MySQL's commands begin with packet number 0, what belongs to the handshake does not.</summary>
    public static bool IsSetUp(RecordedRequest request) =>
        request.Framing.Kind == FramingKind.Mysql && request.Connection.IsAccepted && request.Bytes.Length > 3 && request.Bytes.Span[3] != 0;

    private sealed class SameBytes : IEqualityComparer<RecordedRequest>
    {
        public static SameBytes Instance { get; } = new();

        public bool Equals(RecordedRequest? x, RecordedRequest? y) =>
            x is not null && y is not null && x.Framing.Equals(y.Framing) && x.Bytes.Span.SequenceEqual(y.Bytes.Span);

        public int GetHashCode(RecordedRequest obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj.Bytes.Span);
            return hash.ToHashCode();
        }
    }
}
