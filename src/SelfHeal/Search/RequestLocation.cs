using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Replay;
using SelfHeal.Requests;

namespace SelfHeal.Search;

/// <summary>Where a program reads its requests: from a replay in trace mode.</summary>
internal sealed class RequestLocation
{
    private static readonly int[] Reads = [SystemCalls.Read, SystemCalls.ReadVector, SystemCalls.ReceiveFrom, SystemCalls.ReceiveMessage];
    private readonly Dictionary<long, IReadOnlyList<ulong>> _stacks = [];
    private readonly Symbolizer _symbolizer = new([]);

    private RequestLocation(string obstacle) => Obstacle = obstacle;

    private RequestLocation(RunResult traced, HashSet<long> events)
    {
        Modules = traced.Directory.ReadModules();
        _symbolizer = new Symbolizer(Modules);
        foreach (TraceRecord record in TraceReader.Read(traced.Directory.At("trace.bin")))
        {
            long index = record.Number - 1; // a record is numbered behind its event
            if (record.Kind == TraceKind.Event && events.Contains(index))
            {
                _stacks[index] = record.Frames;
            }
        }
    }

    /// <summary>A fresh run with the request's connection alone.</summary>
    private RequestLocation(RunResult traced, RecordedRequest request, long begin)
    {
        Modules = traced.Directory.ReadModules();
        _symbolizer = new Symbolizer(Modules);
        ulong? descriptor = null;
        long at = 0;
        foreach (TraceRecord record in TraceReader.Read(traced.Directory.At("trace.bin")).Where(one => one.Kind == TraceKind.Event && (long)one.Result > 0))
        {
            descriptor ??= record.Code is SystemCalls.Accept or SystemCalls.Accept4 ? record.Result : null;
            if (record.Arguments[0] == descriptor && Reads.Contains(record.Code))
            {
                at += (long)record.Result;
                _ = at > begin ? _stacks.TryAdd(request.FirstEvent, record.Frames) : _stacks.TryAdd(-at, record.Frames);
            }
        }
    }

    /// <summary>Why there is no trace; null: there is.</summary>
    public string? Obstacle { get; }

    public IReadOnlyList<ModuleInfo> Modules { get; } = [];

    /// <summary>From an exact replay.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<RequestLocation> FindAsync(
        Host host, RunDirectory run, HealOptions options, string directory, IEnumerable<RecordedConnection> connections,
        CancellationToken cancellationToken) => TraceAsync(
            host, run, options, new ReplayOptions { RunDirectory = directory },
            traced => new RequestLocation(traced, [.. connections.SelectMany(one => one.Input.Chunks).Select(chunk => chunk.Event)]), cancellationToken);

    /// <summary>From a fresh replay of what fails already.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<RequestLocation> FindAsync(
        Host host, ReducedRun reduced, HealOptions options, string directory, CancellationToken cancellationToken)
    {
        long all = RecordedConnections.Of(reduced.Run.OpenLog().Read()).Single(one => one.IsAccepted).Input.Bytes.Length;
        return TraceAsync(
            host, reduced.Run, options, new ReplayOptions { RunDirectory = directory, Fresh = true },
            traced => new RequestLocation(traced, reduced.Request, all - reduced.Request.Bytes.Length), cancellationToken);
    }

    private static async Task<RequestLocation> TraceAsync(
        Host host, RunDirectory run, HealOptions options, ReplayOptions how, Func<RunResult, RequestLocation> read, CancellationToken cancellationToken)
    {
        try
        {
            ReplayResult replay = await new Replayer(host).ReplayAsync(
                run, how with { Trace = true, Sandbox = options.Sandbox, Timeout = 3 * (options.Timeout ?? Replayer.LimitFor(run)) }, cancellationToken).ConfigureAwait(false);
            return File.Exists(replay.Run.Directory.At("trace.bin")) ? read(replay.Run)
                : new RequestLocation($"there is no trace: {replay.Sentence.TrimEnd('.')}");
        }
        catch (SelfHealException error) when (error is not SandboxUnavailableException)
        {
            return new RequestLocation($"there is no trace: {error.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The key of an entry for this request, and where that is in words. No frames: why.</summary>
    public (IReadOnlyList<PatchFrame> Frames, string Text) Of(RecordedRequest request)
    {
        if (!_stacks.TryGetValue(request.FirstEvent, out IReadOnlyList<ulong>? stack) || stack.Count == 0)
        {
            return ([], Obstacle ?? "the trace does not have the read");
        }

        int depth = KeyDepth.Choose(stack, _stacks.Values, _symbolizer.FunctionIdentity, address => _symbolizer.Find(address)?.Name);
        IReadOnlyList<StackFrame> frames = [.. _symbolizer.Symbolize(new CallStack(stack, Truncated: false), firstIsPc: true).Take(depth)];
        StackFrame? nameless = frames.FirstOrDefault(frame => Modules.LastOrDefault(module => module.Name == frame.Module)?.BuildId.Length is null or < 8);
        return depth == 0 ? ([], "the read has no call stack inside of a module")
            : nameless is not null ? ([], $"{nameless.Module ?? "its code"} has no build-id: link it with --build-id")
            : ([.. frames.Select(frame => new PatchFrame(frame.Module!, frame.Offset))], string.Join(" < ", frames));
    }
}
