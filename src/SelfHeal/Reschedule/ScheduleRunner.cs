using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Runs the program of a recorded run again, with the same input: under a schedule, or under a policy with a seed;
/// with a patch or without; and judges each run. What a schedule gave is remembered.</summary>
internal sealed partial class ScheduleRunner : IDisposable
{
    private readonly RunDirectory _source;
    private readonly ChaosOptions _options;
    private readonly Host _host;
    private readonly string _work;
    private readonly SandboxUse _sandbox;
    private readonly ChaosJudge _judge;
    private readonly ConcurrentDictionary<(Schedule Schedule, string Patch), Task<ScheduledRun>> _known = new();
    private readonly ConcurrentDictionary<string, string> _patches = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(Math.Max(2, Environment.ProcessorCount));
    private readonly RunInput _input;
    private ChaosRun? _run;
    private int _count;

    /// <param name="source">A run whose program, input and state are used.</param>
    /// <param name="options">How runs are judged, and their limit.</param>
    /// <param name="host">Where they run.</param>
    /// <param name="work">Directory for them.</param>
    /// <param name="sandbox">Whether the program can touch the real files.</param>
    public ScheduleRunner(RunDirectory source, ChaosOptions options, Host host, string work, SandboxUse sandbox)
    {
        _source = source;
        _options = options;
        _host = host;
        _work = work;
        _sandbox = sandbox;
        _judge = new ChaosJudge(options);
        _input = source.Info.Input == "none" ? RunInput.None : RunInput.FromBytes(source.WholeInput());
    }

    /// <summary>Runs that were made.</summary>
    public int Count => _count;

    /// <summary>Finds out what all runs share. Before the first one.</summary>
    public async Task PrepareAsync()
    {
        Directory.CreateDirectory(_work);
        RunBasis basis = await _host.BasisAsync(Request(Policy.Uniprocessor, 0, null, Patch.Empty), CancellationToken.None).ConfigureAwait(false);
        basis = basis with { EnvironmentFile = Path.Combine(_work, "environment") };
        basis.WriteEnvironment(basis.EnvironmentFile);
        _run = new ChaosRun(_options, _host, basis);
    }

    /// <summary>Under a schedule; a schedule that was run with the same patch before is not run again.</summary>
    public Task<ScheduledRun> RunAsync(Schedule schedule, Patch patch, CancellationToken cancellationToken) =>
        _known.GetOrAdd((schedule, Text(patch)), _ => RunAsync(Request(Policy.Script, _source.Info.Seed, schedule, patch), null, cancellationToken));

    /// <summary>Under a schedule, in any case; the run stays in the directory if it failed.</summary>
    public Task<ScheduledRun> RunAgainAsync(Schedule schedule, Patch patch, string? directory, CancellationToken cancellationToken) =>
        RunAsync(Request(Policy.Script, _source.Info.Seed, schedule, patch), directory, cancellationToken);

    /// <summary>Under a schedule, in any case; the run stays in the directory however it ended.</summary>
    public Task<ScheduledRun> RunAndKeepAsync(Schedule schedule, Patch patch, string directory, CancellationToken cancellationToken) =>
        RunAsync(Request(Policy.Script, _source.Info.Seed, schedule, patch), directory, cancellationToken, keepPassing: true);

    /// <summary>Under a policy; the run stays in the directory if it failed.</summary>
    public Task<ScheduledRun> RunAsync(Policy policy, ulong seed, Patch patch, string? directory, CancellationToken cancellationToken) =>
        RunAsync(Request(policy, seed, null, patch), directory, cancellationToken);

    /// <summary>How a failure is told from others: the same signal, exit status, or violated invariant.</summary>
    public static string Sign(FailureKind kind, int? signal, int? code, string sentence) => kind switch
    {
        FailureKind.None => "",
        FailureKind.Signal => string.Create(CultureInfo.InvariantCulture, $"signal {signal}"),
        FailureKind.AbnormalExit => string.Create(CultureInfo.InvariantCulture, $"exit {code}"),
        FailureKind.InvariantViolated => "invariant " + Numbers().Replace(sentence, "#"),
        _ => kind.ToString(),
    };

    /// <summary>Removes the runs that were not to be kept.</summary>
    public void Dispose()
    {
        _slots.Dispose();
        Scratch.Remove(_work);
    }

    private async Task<ScheduledRun> RunAsync(RunRequest request, string? keep, CancellationToken cancellationToken, bool keepPassing = false)
    {
        int number = Interlocked.Increment(ref _count);
        string directory = keep ?? Path.Combine(_work, number.ToString("D6", CultureInfo.InvariantCulture));
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        bool stays = false;
        try
        {
            Scratch.Remove(directory);
            var (result, _) = await _run!.RunAsync(request with { RunDirectory = directory }, explain: false, cancellationToken).ConfigureAwait(false);
            ChaosFailure? failure = await _judge.JudgeAsync(result, driver: null, cancellationToken).ConfigureAwait(false);
            stays = keep is not null && (keepPassing || failure is not null);
            string sign = failure is null ? ""
                : Sign(failure.Kind, result.Control.Failure?.Signal ?? result.Exit.Signal, result.Exit.Code, failure.Sentence);
            if (stays && failure is null)
            {
                RunEnd.Save(result); // the judge saves only what failed
            }

            if (result.Control.PatchRefused)
            {
                throw new SelfHealException($"The recorder refused a patch of the search: {result.Control.PatchText}");
            }

            return new ScheduledRun(failure, sign, result.Control.Places, result.Control.Hits, stays ? result.Directory : null);
        }
        finally
        {
            _slots.Release();
            if (!stays)
            {
                Scratch.Remove(directory);
            }
        }
    }

    private RunRequest Request(Policy policy, ulong seed, Schedule? schedule, Patch patch) => new()
    {
        Program = _source.Info.Program,
        ProgramPath = _source.Info.ProgramPath,
        Arguments = _source.Info.Arguments,
        Environment = _source.Info.Environment,
        WorkingDirectory = _source.Info.WorkingDirectory,
        Input = _input,
        StateDirectories = _source.Info.StateDirectories,
        Seed = seed,
        Policy = policy,
        Schedule = schedule,
        EndDeadlock = true,
        Flags = RunFlags.Refuse,
        Patch = patch.Entries.Count > 0 ? PatchPath(patch) : null,
        Timeout = _options.Timeout,
        Sandbox = _sandbox,
        Source = _source,
        StackLimit = _source.Info.StackLimit,
    };

    private string PatchPath(Patch patch) => _patches.GetOrAdd(Text(patch), _ =>
    {
        string path = Path.Combine(_work, $"{Guid.NewGuid():N}.ep");
        PatchFile.Save(patch, path);
        return path;
    });

    private static string Text(Patch patch) => string.Join('\n', patch.Entries);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
