using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>A fresh run of all input that begins before the patch is known. The request that is most likely bad waits until the patch
/// that is found meanwhile is in force, so that it takes no further run to validate it.
/// docs/decisions/0013</summary>
internal sealed class AheadRun
{
    private const string Name = "ahead";
    private readonly CancellationTokenSource _stop;
    private readonly string _path;
    private readonly Patch _before, _exact;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<(RunResult Run, string? Problem)> _run;
    private (Patch Patch, int Generation)? _replaced;

    private AheadRun(TrialRunner runner, string work, Patch before, RecordedRequest request, Failure failure, CancellationToken cancellationToken)
    {
        (_before, _exact, Request) = (before, DropPatch.Exactly(before, [request]), request);
        _path = Path.Combine(work, Name);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string file = _path + ".ep";
        PatchFile.Save(_exact, file);
        _run = Task.Run(() => runner.FreshAsync(
            Name, file, failure, _stop.Token, replay => replay with { HeldInput = request.FirstEvent, Started = _ => _started.TrySetResult() }), CancellationToken.None);
    }

    /// <summary>What waits, and is dropped then.</summary>
    public RecordedRequest Request { get; }

    /// <param name="runner">Makes fresh runs.</param>
    /// <param name="work">Where its directory and patch go.</param>
    /// <param name="before">The patch so far.</param>
    /// <param name="request">Exactly it is dropped.</param>
    /// <param name="failure">Of the recorded run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static AheadRun Start(
        TrialRunner runner, string work, Patch before, RecordedRequest request, Failure failure, CancellationToken cancellationToken) =>
        new(runner, work, before, request, failure, cancellationToken);

    /// <summary>Lets the request come, with another patch that drops it.</summary>
    /// <param name="patch">Null: with the one that drops exactly this request.</param>
    public async Task ReleaseAsync(Patch? patch)
    {
        await Task.WhenAny(_started.Task, _run).ConfigureAwait(false);
        if (_run.IsCompleted)
        {
            return; // it has failed before
        }

        RunDirectory run = RunDirectory.Open(_path);
        _replaced = patch is null ? null : (patch, LivePatch.Put(run, patch));
        using ControlPage page = ControlPage.Open(run.ControlPath);
        page.ReleaseInput();
    }

    /// <summary>What goes wrong without exactly the request, or without those like it; null: nothing.</summary>
    public async Task<string?> TriedAsync()
    {
        var (run, problem) = await _run.ConfigureAwait(false);
        Patch patch = _replaced is { } replaced && run.Control.PatchSeen == replaced.Generation ? replaced.Patch : _exact;
        return problem ?? DropPatch.Missed(_before, patch, run.Control);
    }

    /// <summary>How it ended with this patch in force when the request came; null: it was not.</summary>
    public async Task<(RunResult Run, string? Problem)?> WithAsync(Patch patch)
    {
        if (_replaced is not { } replaced || !replaced.Patch.Equals(patch))
        {
            return null;
        }

        var (run, problem) = await _run.ConfigureAwait(false);
        return problem is null && run.Control.PatchSeen == replaced.Generation && DropPatch.Missed(_before, patch, run.Control) is null ? (run, null) : null;
    }

    /// <summary>Kills it, if it still runs.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
