using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Requests;
using Extent = SelfHeal.Search.RequestReplays.Extent;

namespace SelfHeal.Search;

/// <summary>A failing run of which only one client's last request is left, and what sets its connection up: it fails in the same
/// way, and without the request it does not. What is asked of the whole run can be asked of it in a fraction of the time.</summary>
/// <param name="Run">Only for fresh replays.</param>
/// <param name="Request">The bad one, as it was recorded.</param>
/// <param name="Extent">What is left.</param>
/// <param name="Failure">How it fails.</param>
internal sealed record ReducedRun(RunDirectory Run, RecordedRequest Request, Extent Extent, FailureSignature Failure)
{
    /// <summary>Null: there is none; each is two short replays.</summary>
    public static async Task<ReducedRun?> FindAsync(
        RequestReplays replays, RecordedRequest request, Failure failure, string path, string? patch, CancellationToken cancellationToken)
    {
        foreach (Extent extent in (Extent[])[Extent.Alone, Extent.OwnConnection])
        {
            if ((await replays.GuiltyAsync(request, [], extent, patch, cancellationToken).ConfigureAwait(false)) == FailureSignature.Of(failure))
            {
                return new ReducedRun(replays.Write(path, request, [request.Bytes], [], extent), request, extent, FailureSignature.Of(failure));
            }
        }

        return null;
    }
}
