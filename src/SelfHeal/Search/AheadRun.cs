using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>A fresh run of all input that begins before the patch is known, without the request that is most likely bad. The patch
/// that is found meanwhile is put in force while it goes on, so that it takes no further run to validate it.
/// docs/decisions/0013</summary>
internal sealed class AheadRun
{
    private const string Name = "ahead";
    private readonly CancellationTokenSource _stop;
    private readonly string _path;
    private readonly Patch _before, _exact;
    private readonly Task<(RunResult Run, string? Problem)> _run;
    private (Patch Patch, int Generation)? _replaced;

    private AheadRun(TrialRunner runner, string work, Patch before, RecordedRequest request, Failure failure, CancellationToken cancellationToken)
    {
        (_before, _exact, Request) = (before, DropPatch.Exactly(before, [request]), request);
        _path = Path.Combine(work, Name);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string file = _path + ".ep";
        PatchFile.Save(_exact, file);
        _run = Task.Run(() => runner.FreshAsync(Name, file, failure, _stop.Token), CancellationToken.None);
    }

    /// <summary>What it runs without.</summary>
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

    /// <summary>Puts a patch in force that drops the request, too. False: the run has not begun or has ended, or the request has come.</summary>
    public bool Replace(Patch patch)
    {
        try
        {
            RunDirectory run = RunDirectory.Open(_path);
            ControlSnapshot control = run.ReadControl();
            if (_run.IsCompleted || control.Status != RunStatus.Running || DropPatch.Missed(_before, _exact, control) is null)
            {
                return false;
            }

            _replaced = (patch, LivePatch.Put(run, patch));
            return true;
        }
        catch (SelfHealException)
        {
            return false; // its directory is not filled yet
        }
    }

    /// <summary>What goes wrong without exactly the request, or without those like it; null in the first place: it cannot be told.</summary>
    public async Task<(RunResult Run, string? Problem)?> TriedAsync()
    {
        var (run, problem) = await _run.ConfigureAwait(false);
        Patch patch = _replaced is { } replaced && run.Control.PatchSeen == replaced.Generation ? replaced.Patch : _exact;
        return problem is not null ? (run, problem)
            : DropPatch.Missed(_before, patch, run.Control) is not { } missed ? (run, null)
            : _replaced is null ? (run, missed) : null; // its hits are counted from the replacement on
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
