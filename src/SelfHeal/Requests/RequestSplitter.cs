using SelfHeal.Log;

namespace SelfHeal.Requests;

/// <summary>Cuts whole streams into requests.</summary>
public static class RequestSplitter
{
    /// <param name="framing">How.</param>
    /// <param name="stream">All bytes of the stream.</param>
    /// <param name="ended">The stream was closed behind them; else the last request may be unfinished.</param>
    /// <returns>All bytes, in order: none is left out.</returns>
    /// <exception cref="SelfHealException">A framing of the user's own cut outside of what it was given.</exception>
    public static IReadOnlyList<Request> Split(IFraming framing, ReadOnlyMemory<byte> stream, bool ended = true)
    {
        ArgumentNullException.ThrowIfNull(framing);
        var requests = new List<Request>();
        IRequestCutter cutter = framing.Begin();
        int at = 0;
        while (at < stream.Length)
        {
            RequestCut cut = cutter.Next(stream.Span[at..], ended);
            if (cut.Kind == RequestCutKind.Complete && (cut.Bytes < 1 || cut.Bytes > stream.Length - at))
            {
                throw new SelfHealException(
                    $"The framing {framing.Description} cut a request of {cut.Bytes} bytes from {stream.Length - at}: it must be 1 to as many as there are.");
            }

            int size = cut.Kind == RequestCutKind.Complete ? (int)cut.Bytes : stream.Length - at;
            requests.Add(new Request(at, stream.Slice(at, size), cut.Kind));
            at += size;
        }

        return requests;
    }

    /// <summary>The same of a recorded stream: raw requests are what one read gave.</summary>
    public static IReadOnlyList<Request> Split(IFraming framing, InputStream stream, bool ended = true)
    {
        ArgumentNullException.ThrowIfNull(framing);
        ArgumentNullException.ThrowIfNull(stream);
        if (!ReferenceEquals(framing, Framing.Raw))
        {
            return Split(framing, stream.Bytes, ended);
        }

        var requests = new List<Request>();
        int at = 0;
        foreach ((_, int length) in stream.Chunks)
        {
            requests.Add(new Request(at, stream.Bytes.Slice(at, length), RequestCutKind.Complete));
            at += length;
        }

        return requests;
    }
}
