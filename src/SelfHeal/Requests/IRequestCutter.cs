namespace SelfHeal.Requests;

/// <summary>Cuts one stream, a request at a time.</summary>
public interface IRequestCutter
{
    /// <summary>Where the request that begins at <paramref name="bytes"/>[0] ends. Behind a complete one it is asked
    /// again with the bytes behind that.</summary>
    /// <param name="bytes">What is there of the request and of what follows: at least as much as the last time.</param>
    /// <param name="ended">No more will come.</param>
    RequestCut Next(ReadOnlySpan<byte> bytes, bool ended);
}
