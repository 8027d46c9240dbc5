using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>A fresh run of all input that begins before anything is known. The last part of the input waits: first until it is known
/// which request is most likely bad, then that request waits for the patch that is found meanwhile, so that it takes no further run to
/// validate it. docs/decisions/0013</summary>
internal sealed class AheadRun
{
    private const string Name = "ahead";
    private readonly CancellationTokenSource _stop;
    private readonly TrialRunner _runner;
    private readonly string _path;
    private readonly Patch _before;
    private readonly long _held;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<RunResult> _run;
    private Task<(RunResult Run, string? Problem)>? _judged;
    private (Patch Patch, int Generation)? _replaced;

    /// <param name="runner">Makes fresh runs.</param>
    /// <param name="work">Where its directory goes.</param>
    /// <param name="before">The patch so far.</param>
    /// <param name="held">Event of the log from which on input waits.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public AheadRun(TrialRunner runner, string work, Patch before, long held, CancellationToken cancellationToken)
    {
        (_runner, _before, _held, _path) = (runner, before, held, Path.Combine(work, Name));
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string file = _path + ".ep";
        PatchFile.Save(before, file);
        _run = Task.Run(() => runner.FreshRunAsync(
            Name, file, replay => replay with { HeldInput = held, Started = _ => _started.TrySetResult() }, _stop.Token), CancellationToken.None);
    }

    /// <summary>What waits now, and is dropped then.</summary>
    public RecordedRequest? Request { get; private set; }

    /// <summary>Lets come what is before the request. False: it may have come already.</summary>
    /// <param name="request">The one that is most likely bad.</param>
    /// <param name="failure">Of the recorded run.</param>
    public async Task<bool> HoldAsync(RecordedRequest request, Failure failure)
    {
        if (request.FirstEvent < _held || !await StartedAsync().ConfigureAwait(false))
        {
            return false;
        }

        using ControlPage page = ControlPage.Open(Path.Combine(_path, "control"));
        page.HoldInput(request.FirstEvent);
        Request = request;
        _judged = Task.Run(async () =>
        {
            RunResult run = await _run.ConfigureAwait(false);
            return (run, await _runner.JudgeAsync(run, failure, _stop.Token).ConfigureAwait(false));
        });
        return true;
    }

    /// <summary>Lets the request come.</summary>
    /// <param name="patch">Is in force then; null: one that drops exactly this request.</param>
    public async Task ReleaseAsync(Patch? patch)
    {
        if (!await StartedAsync().ConfigureAwait(false))
        {
            return; // it has failed before
        }

        RunDirectory run = RunDirectory.Open(_path);
        patch ??= DropPatch.Exactly(_before, [Request!]);
        _replaced = (patch, LivePatch.Put(run, patch));
        using ControlPage page = ControlPage.Open(run.ControlPath);
        page.ReleaseInput();
    }

    /// <summary>What goes wrong without the request, or without those like it; null: nothing.</summary>
    public async Task<string?> TriedAsync()
    {
        var (run, problem) = await _judged!.ConfigureAwait(false);
        return problem ?? (_replaced is { } replaced && IsSeen(run) ? DropPatch.Missed(_before, replaced.Patch, run.Control) : "it ended before the request came");
    }

    /// <summary>How it ended with this patch in force when the request came; null: it was not.</summary>
    public async Task<(RunResult Run, string? Problem)?> WithAsync(Patch patch)
    {
        if (_replaced is not { } replaced || !replaced.Patch.Equals(patch) || await TriedAsync().ConfigureAwait(false) is not null)
        {
            return null;
        }

        return await _judged!.ConfigureAwait(false);
    }

    /// <summary>Kills it, if it still runs.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await ((Task?)_judged ?? _run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private bool IsSeen(RunResult run) => run.Control.PatchSeen == _replaced?.Generation;

    private async Task<bool> StartedAsync()
    {
        await Task.WhenAny(_started.Task, _run).ConfigureAwait(false);
        return !_run.IsCompleted;
    }
}
