using System.Globalization;
using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;

namespace SelfHeal.Reschedule;

/// <summary>Runs a server and its driver for a number of rounds, under a policy and with a patch, and judges each run.</summary>
internal sealed class ProbeRunner(ChaosOptions options, Host host, string work)
{
    private readonly ChaosJudge _judge = new(options);
    private RunBasis? _basis;
    private int _count;

    /// <summary>Runs so far.</summary>
    public int Count => _count;

    /// <param name="policy">Who runs next.</param>
    /// <param name="seed">For the policy.</param>
    /// <param name="patch">In force.</param>
    /// <param name="rounds">What the driver finds in SELFHEAL_ROUNDS.</param>
    /// <param name="keep">Where the run stays if it fails; null: it does not.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public async Task<ProbeRun> RunAsync(
        Policy policy, ulong seed, Patch patch, int rounds, string? keep, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _count);
        string directory = keep ?? Path.Combine(work, "run-" + number.ToString(CultureInfo.InvariantCulture));
        Scratch.Remove(directory);
        bool stays = false;
        try
        {
            var run = new ChaosRun(options with { Driver = options.Driver?.ForRounds(rounds) }, host, await BasisAsync().ConfigureAwait(false));
            var (result, driver) = await run.RunAsync(Request(policy, seed, patch, directory, number), explain: false, cancellationToken).ConfigureAwait(false);
            if (result.Control.PatchRefused)
            {
                throw new SelfHealException($"The recorder refused a patch of the search: {result.Control.PatchText}");
            }

            ChaosFailure? failure = await _judge.JudgeAsync(result, driver, cancellationToken).ConfigureAwait(false);
            stays = keep is not null && failure is not null;
            return new ProbeRun(failure, failure is null ? "" : Sign(failure.Kind, result.Control.Failure?.Signal ?? result.Exit.Signal),
                result.Control.Hits, stays ? result.Directory : null);
        }
        finally
        {
            if (!stays)
            {
                Scratch.Remove(directory);
            }
        }
    }

    /// <summary>How failures are told apart: by kind and signal. Numbers and addresses differ from run to run.</summary>
    public static string Sign(FailureKind kind, int? signal) =>
        kind == FailureKind.Signal ? string.Create(CultureInfo.InvariantCulture, $"signal {signal}") : kind.ToString();

    private async Task<RunBasis> BasisAsync()
    {
        if (_basis is null)
        {
            Directory.CreateDirectory(work);
            RunBasis basis = await host.BasisAsync(Request(Policy.Uniprocessor, 0, Patch.Empty, work, 0), CancellationToken.None).ConfigureAwait(false);
            basis = basis with { EnvironmentFile = Path.Combine(work, "environment") };
            basis.WriteEnvironment(basis.EnvironmentFile);
            _basis = basis;
        }

        return _basis;
    }

    private RunRequest Request(Policy policy, ulong seed, Patch patch, string directory, int number)
    {
        string? file = patch.Entries.Count == 0 ? null : Path.Combine(work, string.Create(CultureInfo.InvariantCulture, $"patch-{number}.ep"));
        if (file is not null)
        {
            PatchFile.Save(patch, file);
        }

        return new RunRequest
        {
            Program = options.Program,
            Arguments = options.Arguments,
            Environment = options.Environment,
            WorkingDirectory = options.WorkingDirectory,
            RunDirectory = directory,
            Input = options.Input,
            Seed = seed,
            Policy = policy,
            EndDeadlock = true,
            Flags = RunFlags.Refuse,
            Patch = file,
            Timeout = options.Timeout,
        };
    }
}
