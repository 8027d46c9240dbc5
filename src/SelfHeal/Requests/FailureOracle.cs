using System.Diagnostics;
using System.Security.Cryptography;

namespace SelfHeal.Requests;

/// <summary>Asks whether an input still fails, each one only once, and no more often than allowed.</summary>
/// <param name="fails">Replays with the input in place of the bad request; true: it still fails.</param>
public sealed class FailureOracle(Func<ReadOnlyMemory<byte>, CancellationToken, Task<bool>> fails)
{
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly List<ReadOnlyMemory<byte>> _failing = [];
    private int _limit = int.MaxValue;

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
    public int Left => Math.Max(0, _limit - Replays);

    /// <summary>Allows so many replays from now on.</summary>
    public void Allow(int replays) => (_limit, Refused) = (Replays + replays, 0);

    /// <returns>False: it does not fail, or no replay is left.</returns>
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
