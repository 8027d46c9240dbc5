using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Chaos;

/// <summary>Says whether a run failed, and how. Only the first failure of each signature is symbolised: that is slow.</summary>
internal sealed partial class ChaosJudge(ChaosOptions options)
{
    private const int Terminate = 15;
    private readonly ConcurrentDictionary<string, string> _sentences = new(StringComparer.Ordinal);

    /// <summary>Null: it did not fail. A failing run is completed on disk.</summary>
    /// <exception cref="SelfHealException">The run was not recorded to its end.</exception>
    public async Task<ChaosFailure?> JudgeAsync(RunResult run, DriverVerdict? driver, CancellationToken cancellationToken)
    {
        FailureKind kind = Kind(run, driver);
        if (kind == FailureKind.None && run.Control.Status is RunStatus.Plain or RunStatus.Stopped or RunStatus.Refused or RunStatus.New)
        {
            throw new SelfHealException(
                $"{Name(run)} could not be recorded, so its threads were not scheduled: {Status(run.Control)}.");
        }

        string? broken = kind == FailureKind.InvariantViolated ? driver!.LastLine : null;
        if (kind == FailureKind.None && options.Invariant is { } invariant)
        {
            await CompleteAsync(run, cancellationToken).ConfigureAwait(false); // the user may look at the run
            broken = await invariant.CheckAsync(run, cancellationToken).ConfigureAwait(false);
            kind = broken is null ? kind : FailureKind.InvariantViolated;
        }

        if (kind == FailureKind.None)
        {
            return null;
        }

        await CompleteAsync(run, cancellationToken).ConfigureAwait(false);
        string signature = Signature(kind, run, broken);
        string sentence = _sentences.GetOrAdd(signature, _ => Sentence(kind, run, driver, broken));
        return new ChaosFailure(run.Directory.Info.Seed, kind, sentence, signature, run.Directory);
    }

    private FailureKind Kind(RunResult run, DriverVerdict? driver)
    {
        bool asked = driver is not null && !run.TimedOut; // to end, by SIGTERM
        int? signal = run.Control.Failure?.Signal ?? run.Exit.Signal;
        if (run.Control.Failure?.Kind == FailureRecordKind.Deadlock)
        {
            return FailureKind.Deadlock;
        }

        if (run.TimedOut)
        {
            return FailureKind.Hang;
        }

        if (signal is not null && !(asked && signal == Terminate))
        {
            return FailureKind.Signal;
        }

        if (run.Exit.Code is { } code && !options.AllowedExitCodes.Contains(code) && !(asked && code == 128 + Terminate))
        {
            return FailureKind.AbnormalExit;
        }

        return driver?.Outcome switch
        {
            DriverOutcome.Violated => FailureKind.InvariantViolated,
            DriverOutcome.Died => FailureKind.AbnormalExit,
            _ => FailureKind.None,
        };
    }

    /// <summary>Writes what a passing run can do without: run.json, the state as it was before, the log's end.</summary>
    private async Task CompleteAsync(RunResult run, CancellationToken cancellationToken)
    {
        RunDirectory directory = run.Directory;
        if (directory.Info.Outcome is not null)
        {
            return;
        }

        RunEnd.CleanUp(directory);
        if (options.Fresh is { } fresh)
        {
            await StateCopy.CopyAsync(fresh, directory.At("state/0"), cancellationToken).ConfigureAwait(false);
            directory.Save(directory.Info with { StateDirectories = [ChaosRun.WorkDirectory(directory)] });
        }

        RunEnd.Save(run);
    }

    private static string Signature(FailureKind kind, RunResult run, string? broken)
    {
        IEnumerable<ulong> stack = run.Control.Failure?.Stack.Addresses.Take(8) ?? [];
        return kind switch
        {
            FailureKind.Deadlock => "deadlock " + string.Join(' ', run.Control.Blocked
                .Select(thread => $"{thread.Operation}:{string.Join(',', thread.Stack.Addresses.Take(4))}").Order(StringComparer.Ordinal)),
            FailureKind.Signal => string.Create(
                CultureInfo.InvariantCulture, $"signal {run.Control.Failure?.Signal ?? run.Exit.Signal} {string.Join(',', stack)}"),
            FailureKind.AbnormalExit => $"exit {run.Exit}",
            FailureKind.InvariantViolated => "invariant " + Numbers().Replace(broken ?? "", "#"),
            _ => "hang",
        };
    }

    private static string Sentence(FailureKind kind, RunResult run, DriverVerdict? driver, string? broken)
    {
        string text = kind switch
        {
            FailureKind.InvariantViolated when driver?.Outcome == DriverOutcome.Violated =>
                $"The driver found a violated invariant{(driver.Said.Length > 0 ? ": " + broken : "")}",
            FailureKind.InvariantViolated => char.ToUpperInvariant(broken![0]) + broken[1..],
            FailureKind.AbnormalExit when driver?.Outcome == DriverOutcome.Died =>
                $"{Name(run)} did not serve to the end, the driver says{(driver.Said.Length > 0 ? ": " + driver.LastLine : "")}",
            FailureKind.Hang when driver is not null && driver.Outcome != DriverOutcome.TimedOut =>
                $"{Name(run)} did not end after SIGTERM and was killed",
            _ => Diagnoser.Classify(run.Directory).Sentence,
        };
        return text.TrimEnd('.', ' ', '\n') + ".";
    }

    private static string Name(RunResult run) => Path.GetFileName(run.Directory.Info.Program);

    private static string Status(ControlSnapshot control) => control.Status == RunStatus.New
        ? "the recorder was never loaded into it (selfheal doctor tells more)" : control.StatusText.TrimEnd('.');

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
