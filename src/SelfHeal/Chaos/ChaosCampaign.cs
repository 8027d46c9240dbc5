using System.Diagnostics;
using SelfHeal.Hosts;
using SelfHeal.Schedules;

namespace SelfHeal.Chaos;

/// <summary>The runs of one policy, several at a time. Without "keep going" the result is that of runs one after the
/// other: runs behind the first failure in the order of seeds are cancelled, or forgotten.</summary>
internal sealed class ChaosCampaign(
    ChaosOptions options, Policy policy, Func<ulong, CancellationToken, Task<(RunResult Result, ChaosFailure? Failure)>> run)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, ChaosFailure> _failures = [];
    private readonly Dictionary<int, CancellationTokenSource> _running = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _next; // index of the next run
    private int _end = options.Runs; // runs from here on do not count
    private int _done;
    private long _threads;

    public async Task<ChaosResult> RunAsync(CancellationToken cancellationToken)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.Jobs, options.Runs))
            .Select(_ => Task.Run(() => WorkAsync(all), CancellationToken.None))).ConfigureAwait(false);
        foreach (int late in _failures.Keys.Where(index => index > _end).ToList())
        {
            Scratch.Remove(_failures[late].Run.Path);
            _failures.Remove(late);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        bool stopped = !options.KeepGoing && _failures.Count > 0;
        return new ChaosResult
        {
            Policy = policy,
            Runs = stopped ? _end + 1 : _done,
            Failures = [.. _failures.Values],
            FirstFailure = _failures.Count > 0 ? _failures.Keys.First() + 1 : null,
            Elapsed = elapsed,
            RunsPerSecond = _done / Math.Max(elapsed.TotalSeconds, 1e-3),
            Threads = _threads,
            Interrupted = cancellationToken.IsCancellationRequested,
        };
    }

    private async Task WorkAsync(CancellationTokenSource all)
    {
        try
        {
            while (Take(all.Token) is { } taken)
            {
                await RunAsync(taken.Index, taken.Cancel).ConfigureAwait(false);
            }
        }
        catch
        {
            await all.CancelAsync().ConfigureAwait(false); // the others need not go on, either
            throw;
        }
    }

    private (int Index, CancellationTokenSource Cancel)? Take(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_next >= _end || cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _running[_next] = cancel;
            return (_next++, cancel);
        }
    }

    private async Task RunAsync(int index, CancellationTokenSource cancel)
    {
        try
        {
            var (result, failure) = await run(options.FirstSeed + (ulong)index, cancel.Token).ConfigureAwait(false);
            Add(index, result, failure);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // by the user, or by an earlier failure
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(index);
                if (!cancel.IsCancellationRequested)
                {
                    cancel.Dispose();
                }
            }
        }
    }

    private void Add(int index, RunResult result, ChaosFailure? failure)
    {
        lock (_lock)
        {
            _done++;
            _threads = Math.Max(_threads, result.Control.Threads);
            if (failure is not null)
            {
                _failures[index] = failure;
                if (!options.KeepGoing && index < _end)
                {
                    _end = index;
                    foreach (var (_, late) in _running.Where(pair => pair.Key > index))
                    {
                        _ = late.CancelAsync(); // not here and now: what it wakes wants the lock
                    }
                }
            }

            options.Progress?.Report(new ChaosProgress(policy, _done, _failures.Count, Stopwatch.GetElapsedTime(_start)));
        }
    }
}
