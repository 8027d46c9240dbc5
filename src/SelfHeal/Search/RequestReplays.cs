using System.Collections.Concurrent;
using System.Diagnostics;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>Fresh replays of an edited log, in which a bad request has other bytes.</summary>
/// <param name="host">Starts the replays.</param>
/// <param name="run">The failing run.</param>
/// <param name="options">Invariant, sandbox, exit status.</param>
/// <param name="work">A directory for the copies of the log; each is removed behind its replay.</param>
/// <param name="log">Its log.</param>
/// <param name="recorded">All requests of the run.</param>
/// <param name="inBackground">Another run decides meanwhile, which the processor is left to.</param>
internal sealed class RequestReplays(Host host, RunDirectory run, HealOptions options, string work, EditedLog log, RecordedRequests recorded, Func<bool> inBackground)
{
    private const int Slow = 10; // times as long as without the bad request: it hangs
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(1);
    private readonly Replayer _replayer = new(host);
    private readonly ConcurrentDictionary<(RecordedConnection Connection, bool Alone), Lazy<IReadOnlyList<LoggedEvent>>> _kept = new();
    private int _made;
    private TimeSpan _limit = options.Timeout ?? Replayer.LimitFor(run);

    /// <summary>Another run decides meanwhile, which has a processor of its own.</summary>
    public bool InBackground => inBackground();

    /// <summary>How much of the log is replayed.</summary>
    public enum Extent
    {
        /// <summary>The request, on a connection that is only set up before, until the program has dealt with it.</summary>
        Alone,

        /// <summary>The request's own connection, up to the request and until the program has dealt with it.</summary>
        OwnConnection,

        /// <summary>All input, until the program has dealt with it.</summary>
        AllInput,

        /// <summary>All input, until the program is idle.</summary>
        UntilIdle,
    }

    /// <summary>Extents that a client's request can be replayed in, the least first.</summary>
    public static IEnumerable<Extent> Of(RecordedRequest request) => Enum.GetValues<Extent>().Where(extent => extent != Extent.Alone || request.Connection.IsAccepted);

    /// <summary>How it fails; none: it does not.</summary>
    /// <param name="request">The bad one.</param>
    /// <param name="bytes">In its place; empty: nothing.</param>
    /// <param name="others">Left out.</param>
    /// <param name="extent">How much is replayed.</param>
    /// <param name="patch">In force meanwhile; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FailureSignature> ReplayAsync(
        RecordedRequest request, ReadOnlyMemory<byte> bytes, IEnumerable<RecordedRequest> others, Extent extent, string? patch,
        CancellationToken cancellationToken) =>
        (await RunAsync(request, [bytes], others, extent, patch, cancellationToken).ConfigureAwait(false)).Failure;

    /// <summary>One after the other, each on a connection like the request's, until one fails.</summary>
    /// <returns>How many did no harm, and how the next one fails; none: it failed otherwise than expected, or none did.</returns>
    /// <param name="request">The bad one.</param>
    /// <param name="inputs">In its place.</param>
    /// <param name="others">Left out.</param>
    /// <param name="extent">The least two, of a client.</param>
    /// <param name="expected">A failure of this kind.</param>
    /// <param name="patch">In force meanwhile; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(int Harmless, bool Fails)> ReplayAsync(
        RecordedRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IEnumerable<RecordedRequest> others, Extent extent,
        FailureSignature expected, string? patch, CancellationToken cancellationToken)
    {
        (FailureSignature failure, int arrived) = await RunAsync(request, inputs, others, extent, patch, cancellationToken).ConfigureAwait(false);
        int last = inputs.Count == 1 ? 0 : Math.Clamp(arrived - 1, 0, inputs.Count - 1);
        return failure == expected ? (last, true) : failure.IsFailure ? (last + 1, false) : (inputs.Count, false);
    }

    /// <summary>How it fails with the request, if it does not without it; else none.</summary>
    /// <param name="request">The bad one.</param>
    /// <param name="others">Left out.</param>
    /// <param name="extent">How much is replayed.</param>
    /// <param name="patch">In force meanwhile; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FailureSignature> GuiltyAsync(
        RecordedRequest request, IReadOnlyList<RecordedRequest> others, Extent extent, string? patch, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Task<FailureSignature> with = ReplayAsync(request, request.Bytes, others, extent, patch, cancellationToken);
        FailureSignature harmless = await ReplayAsync(request, ReadOnlyMemory<byte>.Empty, others, extent, patch, cancellationToken).ConfigureAwait(false);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        FailureSignature failure = await with.ConfigureAwait(false);
        if (harmless.IsFailure)
        {
            return default;
        }

        if (failure.Kind == FailureKind.Hang && Slow * time < _limit)
        {
            _limit = Slow * time > LeastLimit ? Slow * time : LeastLimit; // what hangs is not waited for as long again
        }

        return failure;
    }

    private async Task<(FailureSignature Failure, int Arrived)> RunAsync(
        RecordedRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IEnumerable<RecordedRequest> others, Extent extent, string? patch,
        CancellationToken cancellationToken)
    {
        string directory = Path.Combine(work, $"request-{Interlocked.Increment(ref _made)}");
        try
        {
            RunDirectory edited = Write(Path.Combine(directory, "log"), request, inputs, others, extent);
            ReplayResult replay = await _replayer.ReplayAsync(
                edited,
                new ReplayOptions
                {
                    Fresh = true, Patch = patch, Sandbox = options.Sandbox, RunDirectory = Path.Combine(directory, "run"), Background = InBackground,
                    Timeout = _limit,
                },
                cancellationToken).ConfigureAwait(false);
            return (await FailureSignature.OfAsync(replay.Run, options, cancellationToken).ConfigureAwait(false), replay.Run.Control.Arrived);
        }
        finally
        {
            Scratch.Remove(directory);
        }
    }

    /// <summary>A run whose log has only so much.</summary>
    /// <param name="path">A new directory.</param>
    /// <param name="request">The bad one.</param>
    /// <param name="inputs">In its place, each on a connection of its own.</param>
    /// <param name="others">Left out.</param>
    /// <param name="extent">How much.</param>
    public RunDirectory Write(
        string path, RecordedRequest request, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IEnumerable<RecordedRequest> others, Extent extent)
    {
        RunDirectory edited = Copy(path);
        RecordedConnection own = request.Connection;
        List<RecordedRequest> absent = [.. others.Union(extent == Extent.Alone ? Before(request) : [])];
        Dictionary<long, ReadOnlyMemory<byte>> Edits(ReadOnlyMemory<byte> input) =>
            RequestEdits.Of([(request, input), .. absent.Where(other => other != request).Select(other => (other, ReadOnlyMemory<byte>.Empty))]);

        bool alone = extent is Extent.Alone or Extent.OwnConnection;
        IReadOnlyList<LoggedEvent> kept = _kept.GetOrAdd((own, alone), _ => new(() => Kept(own, alone))).Value;
        long? kill = alone ? request.LastEvent : extent == Extent.AllInput ? recorded.Connections.Max(one => one.Input.Chunks[^1].Event) : null;
        Dictionary<long, ReadOnlyMemory<byte>> first = Edits(inputs[0]);
        IReadOnlyList<long> reads = [.. own.Input.Chunks.Select(chunk => chunk.Event).Where(read => read <= request.LastEvent)];
        log.Write(
            edited.At("events"), kept, one => Edit(first, one.Index), kill,
            inputs.Skip(1).Select(Edits).Select(edits => new RepeatedConnection(own.Opened, [.. reads.Select(read => (read, Edit(edits, read)))])));
        return edited;

        static ReadOnlyMemory<byte>? Edit(Dictionary<long, ReadOnlyMemory<byte>> edits, long index) =>
            edits.TryGetValue(index, out ReadOnlyMemory<byte> input) ? input : default(ReadOnlyMemory<byte>?);
    }

    private IReadOnlyList<LoggedEvent> Kept(RecordedConnection own, bool alone)
    {
        HashSet<long> left =
        [
            .. recorded.Connections.Where(one => one.IsAccepted && one.Number != own.Number)
                .SelectMany(one => one.Input.Chunks.Select(chunk => chunk.Event).Append(one.EndEvent ?? one.Opened)),
        ];
        return [.. log.Events.Where(one => !alone || (!left.Contains(one.Index) && !(one.IsAccepted && one.Index != own.Opened)))];
    }

    /// <summary>A fresh replay takes something from it: the recorder's own marks but those of threads and clocks, input, and what
    /// gives descriptors their meaning.</summary>
    public static bool IsNeeded(LoggedEvent one) => !one.IsSystemCall
        ? one.Code < (int)EventCode.Clock && !one.IsIntervalEnd
        : one.Descriptor >= 0 || one.Code == SystemCalls.Connect || one is { Result: >= 0 } && RecordedConnections.GivesDescriptor(one);

    /// <summary>Requests of the same connection that do not set it up.</summary>
    private IEnumerable<RecordedRequest> Before(RecordedRequest request) => recorded.Requests.Where(other =>
        other.Connection == request.Connection && other.Index < request.Index && DropCandidates.IsWhole(other) && !DropCandidates.IsSetUp(other));

    /// <summary>All of the run but its log and outputs.</summary>
    private RunDirectory Copy(string path)
    {
        RunDirectory copy = RunDirectory.Create(path, run.Info);
        File.Copy(run.ControlPath, copy.ControlPath);
        foreach (string name in (string[])["stdin", "stdin.rest", "patch.ep"])
        {
            if (File.Exists(run.At(name)))
            {
                File.CreateSymbolicLink(copy.At(name), run.At(name));
            }
        }

        if (Directory.Exists(run.At("state")))
        {
            Directory.CreateSymbolicLink(copy.At("state"), run.At("state"));
        }

        return copy;
    }
}
