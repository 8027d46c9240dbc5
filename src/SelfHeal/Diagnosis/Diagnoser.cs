using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>Classifies failures and names what guard mode found.</summary>
public static class Diagnoser
{
    /// <summary>Classifies a run that has ended, from run.json and the control page; does not look at invariants.</summary>
    /// <param name="run">The run.</param>
    /// <param name="exitStatusMatters">A non-zero exit status is a failure.</param>
    /// <exception cref="DamagedRunException">The control page or the log is damaged.</exception>
    public static Failure Classify(RunDirectory run, bool exitStatusMatters = true)
    {
        ArgumentNullException.ThrowIfNull(run);
        ControlSnapshot control = run.ReadControl();
        RunOutcome? outcome = run.Info.Outcome;
        if (control.Failure?.Kind == FailureRecordKind.Deadlock)
        {
            return Deadlock(run, control);
        }

        if (outcome?.TimedOut == true)
        {
            return Plain(FailureKind.Hang, $"{Name(run)} hung: it was killed after {outcome.Seconds:0.0} s.", new ExitStatus(null, 9));
        }

        if (control.Failure is { } failure)
        {
            return Signal(run, failure);
        }

        ExitStatus exit = outcome is not null ? new ExitStatus(outcome.ExitCode, outcome.Signal)
            : control.ExitCode is { } code ? new ExitStatus(code, null) : new ExitStatus(null, 9);
        if (exit.Signal is { } signal)
        {
            string how = control.Status is RunStatus.Stopped or RunStatus.Plain or RunStatus.New
                ? "while it was not recorded" : "from outside";
            return Plain(FailureKind.Signal, $"{Name(run)} was killed by {Signals.Name(signal)} {how}.", exit);
        }

        return exit.IsSuccess || !exitStatusMatters
            ? Plain(FailureKind.None, $"{Name(run)} ended with {exit}.", exit)
            : Plain(FailureKind.AbnormalExit, $"{Name(run)} ended with {exit}.", exit);
    }

    /// <summary>Classifies a run that has just ended.</summary>
    public static Failure Classify(RunResult run, bool exitStatusMatters = true) =>
        Classify(run.Directory, exitStatusMatters);

    /// <summary>Findings of a guard run, most severe first (writes before reads, larger before smaller).</summary>
    public static IReadOnlyList<OverflowFinding> Overflows(RunResult guardRun)
    {
        ArgumentNullException.ThrowIfNull(guardRun);
        IReadOnlyList<OverflowRecord> records = guardRun.Control.Overflows;
        if (records.Count == 0)
        {
            return [];
        }

        var symbolizer = new Symbolizer(guardRun.Directory.ReadModules());
        var stacks = symbolizer.SymbolizeAll(
        [
            .. records.Select(record => (record.AllocationStack, false)),
            .. records.Select(record => (record.AccessStack, true)),
        ]);
        return
        [
            .. records.Select((record, i) => new OverflowFinding(
                record.Kind, record.Size, record.Extent, record.First, record.Blocks, stacks[i], stacks[records.Count + i]))
                .OrderByDescending(finding => finding.IsWrite).ThenByDescending(finding => finding.Extent),
        ];
    }

    /// <summary>Gives findings without an access stack the one that another guard run of the same recording saw for
    /// the same allocation.</summary>
    public static IReadOnlyList<OverflowFinding> Locate(
        IReadOnlyList<OverflowFinding> findings, IReadOnlyList<OverflowFinding> located) =>
        [.. findings.Select(finding => finding.AccessStack.Count > 0 ? finding
            : located.FirstOrDefault(other => other.IsWrite && other.AccessStack.Count > 0
                && SamePlace(other.AllocationStack, finding.AllocationStack)) is { } seen
            ? finding with { AccessStack = seen.AccessStack, First = seen.First, Extent = Math.Max(finding.Extent, seen.Extent) }
            : finding)];

    private static bool SamePlace(IReadOnlyList<StackFrame> one, IReadOnlyList<StackFrame> other) =>
        one.Select(frame => (frame.Module, frame.Offset)).SequenceEqual(other.Select(frame => (frame.Module, frame.Offset)));

    /// <summary>What every failure text ends with: seed, run directory, and one command that replays it.</summary>
    public static string ReplayHint(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"seed {run.Info.Seed}, run {run.Path}, replay with: {ReplayCommand(run)}";
    }

    /// <summary>What replays the run, for a shell.</summary>
    public static string ReplayCommand(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"selfheal replay {Quote(run.Path)}";
    }

    private static Failure Signal(RunDirectory run, FailureRecord failure)
    {
        IReadOnlyList<StackFrame> stack = new Symbolizer(run.ReadModules()).Symbolize(failure.Stack, firstIsPc: true);
        string address = failure.Signal is 11 or 7 ? $" at address 0x{failure.Address:x}" : "";
        return new Failure(
            FailureKind.Signal, $"{Name(run)} was killed by {Signals.Name(failure.Signal)}{address}{Where(run, stack)}, after event {failure.Event}.",
            new ExitStatus(null, failure.Signal), stack);
    }

    /// <summary>Names what each thread waits for, in the program's own frames.</summary>
    private static Failure Deadlock(RunDirectory run, ControlSnapshot control)
    {
        IReadOnlyList<IReadOnlyList<StackFrame>> stacks = new Symbolizer(run.ReadModules())
            .SymbolizeAll([.. control.Blocked.Select(thread => (thread.Stack, true))]);
        IEnumerable<string> waits = control.Blocked.Select((thread, i) =>
            $"thread {thread.Thread} waits in {thread.OperationName} (0x{thread.Address:x}){Where(run, stacks[i])}");
        string more = control.BlockedLost > 0 ? $"; {control.BlockedLost} more wait" : "";
        return new Failure(
            FailureKind.Deadlock, $"{Name(run)} is deadlocked: {string.Join("; ", waits)}{more}.", new ExitStatus(null, 6),
            stacks.Count > 0 ? stacks[0] : []);
    }

    private static string Where(RunDirectory run, IReadOnlyList<StackFrame> stack)
    {
        StackFrame? frame = stack.FirstOrDefault(f => f.Module == Path.GetFileName(run.Info.ProgramPath))
            ?? (stack.Count > 0 ? stack[0] : null);
        return frame is null ? "" : $" in {frame}";
    }

    private static Failure Plain(FailureKind kind, string sentence, ExitStatus exit) => new(kind, sentence, exit, []);

    private static string Name(RunDirectory run) => Path.GetFileName(run.Info.Program);

    private static string Quote(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,:@%".Contains(c)) ? path
            : "'" + path.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
