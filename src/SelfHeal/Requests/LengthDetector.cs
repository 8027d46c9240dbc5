namespace SelfHeal.Requests;

/// <summary>Guesses where requests of a binary protocol say their own length.</summary>
internal static class LengthDetector
{
    private const int LeastRequests = 8;
    private const int LongestRequest = 1 << 20;
    private static readonly int[] Offsets = [0, 1, 2, 3, 4, 8];

    /// <summary>Plain prefixes first; a length of what follows before one of the whole request. One byte alone would fit
    /// anything.</summary>
    private static readonly Framing[] Candidates =
    [
        .. from offset in Offsets
           from size in (int[])[4, 2]
           from bigEndian in (bool[])[true, false]
           from extra in (int[])[offset + size, 0]
           select Framing.Length(offset, size, bigEndian, extra),
    ];

    /// <summary>The one that cuts all of the input into most requests, of different lengths, to the last byte; the last request
    /// of one stream may be unfinished. Null: none does.</summary>
    /// <param name="streams">All input of each connection.</param>
    /// <param name="more">Than so many requests.</param>
    public static Framing? Detect(IReadOnlyCollection<ReadOnlyMemory<byte>> streams, int more = 0)
    {
        (Framing? Framing, int Requests) best = (null, Math.Max(more, LeastRequests - 1));
        foreach (Framing framing in Candidates)
        {
            int requests = Count(framing, streams);
            best = requests > best.Requests ? (framing, requests) : best;
        }

        return best.Framing;
    }

    /// <summary>Complete requests that hold something; 0: it does not fit.</summary>
    private static int Count(Framing framing, IReadOnlyCollection<ReadOnlyMemory<byte>> streams)
    {
        HashSet<int> lengths = [];
        int requests = 0, left = 0; // bytes of the unfinished one
        foreach (ReadOnlyMemory<byte> stream in streams.Where(stream => stream.Length > 0))
        {
            foreach (Request request in RequestSplitter.Split(framing, stream, ended: false))
            {
                bool complete = request.Kind == RequestCutKind.Complete;
                if (request.Kind == RequestCutKind.Malformed || request.Bytes.Length > LongestRequest || (!complete && left > 0))
                {
                    return 0;
                }

                left += complete ? 0 : request.Bytes.Length;
                if (complete && request.Bytes.Length > framing.Offset + framing.Size)
                {
                    requests++;
                    lengths.Add(request.Bytes.Length);
                }
            }
        }

        return lengths.Count > 1 && left <= lengths.Max() ? requests : 0;
    }
}
