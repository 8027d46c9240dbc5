using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Schedules;

namespace SelfHeal.Chaos;

/// <summary>Runs a program many times under the recorder, each time with another seed for a policy, and judges each run.
/// What is the same in all of them is found out once. Not for use by several threads at once.</summary>
public sealed class ChaosRunner : IDisposable
{
    private readonly ChaosOptions _options;
    private readonly Host _host;
    private readonly ChaosJudge _judge;
    private ChaosRun? _run;
    private ChaosBaseline? _baseline;

    /// <exception cref="SelfHealException">The directory for failing runs is in use.</exception>
    public ChaosRunner(ChaosOptions options, Host? host = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Runs, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Jobs, 1, nameof(options));
        string keep = Path.GetFullPath(options.KeepDirectory);
        if (File.Exists(keep) || (Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any()))
        {
            throw new SelfHealException($"{keep} already exists: name a directory for failing runs that does not, or remove it.");
        }

        _options = options with
        {
            KeepDirectory = keep,
            Fresh = options.Fresh is { } fresh ? Path.GetFullPath(fresh) : null,
            Patch = options.Patch is { } patch ? Path.GetFullPath(patch) : null,
        };
        _host = host ?? new LocalHost();
        _judge = new ChaosJudge(_options);
    }

    /// <summary>The same for all runs; while they go on.</summary>
    private string EnvironmentFile => Path.Combine(_options.KeepDirectory, "environment");

    /// <summary>One run as in production, before all chaos: does the program pass at all, and how long is its schedule?
    /// It is done once, and pct needs it.</summary>
    /// <exception cref="SelfHealException">The program cannot be run under the recorder, or the driver cannot judge.</exception>
    public async Task<ChaosBaseline> BaselineAsync(CancellationToken cancellationToken = default)
    {
        if (_baseline is null)
        {
            await PrepareAsync().ConfigureAwait(false);
            RunRequest request = Request(Policy.Uniprocessor, _options.FirstSeed) with { RunDirectory = Path.Combine(_options.KeepDirectory, "baseline") };
            var (result, failure) = await RunAsync(request, explain: true, cancellationToken).ConfigureAwait(false);
            _baseline = new ChaosBaseline(failure, result.Control.Threads, result.Control.Places, result.Duration);
        }

        return _baseline;
    }

    /// <summary>All runs of one policy. Cancelling ends it with what was found until then.</summary>
    /// <exception cref="SelfHealException">The program cannot be run under the recorder, or the driver cannot judge.</exception>
    public async Task<ChaosResult> RunAsync(Policy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        await PrepareAsync().ConfigureAwait(false);
        if (policy is { Kind: PolicyKind.Pct, Length: 0 })
        {
            ChaosBaseline baseline = await BaselineAsync(cancellationToken).ConfigureAwait(false);
            policy = Policy.Pct(policy.Depth, Math.Max(1, baseline.Places));
        }

        var campaign = new ChaosCampaign(_options, policy, (seed, token) => RunAsync(
            Request(policy, seed), explain: _baseline is null && seed == _options.FirstSeed, token));
        return await campaign.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what is temporary; failing runs stay.</summary>
    public void Dispose()
    {
        if (_run is not null)
        {
            File.Delete(EnvironmentFile);
        }

        if (Directory.Exists(_options.KeepDirectory) && !Directory.EnumerateFileSystemEntries(_options.KeepDirectory).Any())
        {
            Scratch.Remove(_options.KeepDirectory);
        }
    }

    private async Task PrepareAsync()
    {
        if (_run is not null)
        {
            return;
        }

        if (_options.Fresh is { } fresh && !Directory.Exists(fresh))
        {
            throw new SelfHealException($"There is no directory {fresh} to make fresh copies of.");
        }

        RunBasis basis = await _host.BasisAsync(Request(Policy.Uniprocessor, 0), CancellationToken.None).ConfigureAwait(false);
        basis = basis with { EnvironmentFile = EnvironmentFile };
        try
        {
            Directory.CreateDirectory(_options.KeepDirectory);
            basis.WriteEnvironment(EnvironmentFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"{_options.KeepDirectory} for failing runs cannot be used: {error.Message}", error);
        }

        _run = new ChaosRun(_options, _host, basis);
    }

    private RunRequest Request(Policy policy, ulong seed) => new()
    {
        Program = _options.Program,
        Arguments = _options.Arguments,
        Environment = _options.Environment,
        WorkingDirectory = _options.WorkingDirectory,
        RunDirectory = Path.Combine(_options.KeepDirectory, $"{Name(policy)}-seed-{seed}"),
        Input = _options.Input,
        Seed = seed,
        Policy = policy,
        EndDeadlock = true,
        Flags = RunFlags.Refuse,
        Patch = _options.Patch,
        Timeout = _options.Timeout,
        Sandbox = _options.Sandbox,
    };

    private static string Name(Policy policy) =>
        (policy.Kind == PolicyKind.Pct ? Policy.Pct(policy.Depth) : policy).ToString().Replace(':', '-');

    /// <summary>Runs and judges; the directory stays only if the run failed.</summary>
    private async Task<(RunResult Result, ChaosFailure? Failure)> RunAsync(
        RunRequest request, bool explain, CancellationToken cancellationToken)
    {
        bool keep = false;
        try
        {
            var (result, driver) = await _run!.RunAsync(request, explain, cancellationToken).ConfigureAwait(false);
            if (result.Exit.Signal is 1 or 2 or Terminate && driver is null)
            {
                // Ctrl-C reaches all processes of a terminal: this may be ours, on its way to us.
                await Task.Delay(200, cancellationToken).ConfigureAwait(false);
            }

            ChaosFailure? failure = await _judge.JudgeAsync(result, driver, cancellationToken).ConfigureAwait(false);
            keep = failure is not null;
            return (result, failure);
        }
        finally
        {
            if (!keep)
            {
                Scratch.Remove(request.RunDirectory!);
            }
        }
    }

    private const int Terminate = 15;
}
