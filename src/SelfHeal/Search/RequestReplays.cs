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
/// <param name="connections">All of the run.</param>
internal sealed class RequestReplays(
    Host host, RunDirectory run, HealOptions options, string work, IReadOnlyList<RecordedConnection> connections)
{
    private readonly EditedLog _log = new(run.At("events"));
    private readonly Replayer _replayer = new(host);
    private int _made;

    /// <summary>How much of the log is replayed.</summary>
    public enum Extent
    {
        /// <summary>The request's own connection, up to the request and until the program has dealt with it.</summary>
        OwnConnection,

        /// <summary>All input, until the program has dealt with it.</summary>
        AllInput,

        /// <summary>All input, until the program is idle.</summary>
        UntilIdle,
    }

    /// <summary>How it fails; none: it does not.</summary>
    /// <param name="request">The bad one.</param>
    /// <param name="bytes">In its place; empty: nothing.</param>
    /// <param name="others">Left out.</param>
    /// <param name="extent">How much is replayed.</param>
    /// <param name="patch">In force meanwhile; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FailureSignature> ReplayAsync(
        RecordedRequest request, ReadOnlyMemory<byte> bytes, IEnumerable<RecordedRequest> others, Extent extent, string? patch,
        CancellationToken cancellationToken)
    {
        string directory = Path.Combine(work, $"request-{Interlocked.Increment(ref _made)}");
        try
        {
            RunDirectory edited = Copy(Path.Combine(directory, "log"));
            Write(edited, [(request, bytes), .. others.Select(other => (other, ReadOnlyMemory<byte>.Empty))], request, extent);
            ReplayResult replay = await _replayer.ReplayAsync(
                edited,
                new ReplayOptions
                {
                    Fresh = true, Patch = patch, Sandbox = options.Sandbox, RunDirectory = Path.Combine(directory, "run"),
                    Timeout = options.Timeout ?? Replayer.LimitFor(run),
                },
                cancellationToken).ConfigureAwait(false);
            return await FailureSignature.OfAsync(replay.Run, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            StateCopy.Remove(directory);
        }
    }

    private void Write(
        RunDirectory edited, List<(RecordedRequest Request, ReadOnlyMemory<byte> Bytes)> edits, RecordedRequest request, Extent extent)
    {
        Dictionary<long, ReadOnlyMemory<byte>> inputs = RequestEdits.Of(edits);
        HashSet<long> left = extent != Extent.OwnConnection ? [] :
        [
            .. connections.Where(one => one.IsAccepted && one.Number != request.Connection.Number)
                .SelectMany(one => one.Input.Chunks.Select(chunk => chunk.Event).Append(one.Opened).Append(one.EndEvent ?? one.Opened)),
        ];
        long? kill = extent switch
        {
            Extent.OwnConnection => request.LastEvent,
            Extent.AllInput => connections.Max(one => one.Input.Chunks[^1].Event),
            _ => null,
        };
        lock (_log)
        {
            _log.Write(
                edited.At("events"), one => inputs.TryGetValue(one.Index, out ReadOnlyMemory<byte> input) ? input : default(ReadOnlyMemory<byte>?),
                one => !left.Contains(one.Index), kill);
        }
    }

    /// <summary>All of the run but its log and outputs.</summary>
    private RunDirectory Copy(string path)
    {
        RunDirectory copy = RunDirectory.Create(path, run.Info);
        File.Copy(run.ControlPath, copy.ControlPath);
        foreach (string name in (string[])["stdin", "stdin.rest"])
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
