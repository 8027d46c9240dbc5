using System.Diagnostics;
using System.Security.Cryptography;

namespace SelfHeal.Requests;

/// <summary>Asks whether an input still fails, each one only once, and no more often than allowed.</summary>
/// <param name="fails">Replays with the input in place of the bad request; true: it still fails.</param>
/// <param name="isRequest">Whether the input is one whole request at all; what is none does not fail, and no replay is
/// made for it. Null: every input is.</param>
public sealed class FailureOracle(
    Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> fails, Func<ReadOnlyMemory<byte>, bool>? isRequest = null)
{
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly List<ReadOnlyMemory<byte>> _failing = [];
    private int _limit = int.MaxValue;
    private long? _end; // as Stopwatch.GetTimestamp()

    /// <summary>How often it was really asked.</summary>
    public int Replays { get; private set; }

    /// <summary>Questions that had been asked before.</summary>
    public int Repeated { get; private set; }

    /// <summary>Questions that were answered with no, because the allowed number was reached.</summary>
    public int Refused { get; private set; }

    /// <summary>The time that the replays took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Inputs that failed, in the order in which they were tried.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Failing => _failing;

    /// <summary>Replays that are still allowed.</summary>
    public int Left => _end is { } end && Stopwatch.GetTimestamp() > end ? 0 : Math.Max(0, _limit - Replays);

    /// <summary>Allows so many replays from now on.</summary>
    public void Allow(int replays) => (_limit, Refused) = (Replays + replays, 0);

    /// <summary>Allows replays for so long from now on.</summary>
    public void AllowFor(TimeSpan time) => _end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <returns>False: it does not fail, it is no request, or no replay is left.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<bool> FailsAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string key = Convert.ToHexString(SHA256.HashData(input.Span));
        if (_known.TryGetValue(key, out bool known))
        {
            Repeated++;
            return known;
        }

        if (isRequest?.Invoke(input) == false)
        {
            return false;
        }

        if (Left == 0)
        {
            Refused++;
            return false;
        }

        Replays++;
        long start = Stopwatch.GetTimestamp();
        bool failed = await fails(input, cancellationToken).ConfigureAwait(false);
        Elapsed += Stopwatch.GetElapsedTime(start);
        _known[key] = failed;
        if (failed)
        {
            _failing.Add(input.ToArray());
        }

        return failed;
    }
}
