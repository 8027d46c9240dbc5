using System.CommandLine;
using System.Runtime.InteropServices;
using SelfHeal.Cli.Output;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Terminals;

namespace SelfHeal.Cli.Commands;

/// <summary>What record and run share: the program has the terminal, SelfHeal keeps out of its way.</summary>
internal static partial class ProgramRun
{
    public static Argument<string[]> Program { get; } = new("PROGRAM")
    {
        Description = "the program and its arguments, after --",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "the run directory (default: ./selfheal-runs/PROGRAM-TIME-N)",
        HelpName = "RUN",
    };

    public static Option<string[]> State { get; } = new("--state")
    {
        Description = "a directory whose files belong to the run; it is copied before the run starts",
        HelpName = "DIR",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<ulong?> Seed { get; } = new("--seed")
    {
        Description = "the seed of SelfHeal's own random numbers (default: chosen and stored)",
        HelpName = "N",
    };

    public static Option<string> Policy { get; } = new("--policy")
    {
        Description = "who runs next, in a program with threads: uniprocessor, random[:PERMILLE], pct[:DEPTH[:LENGTH]], pos",
        HelpName = "POLICY",
        DefaultValueFactory = _ => "uniprocessor",
    };

    public static Option<string?> Schedule { get; } = new("--schedule")
    {
        Description = "which thread is switched out where: a schedule.bin, or a run directory whose schedule is followed",
        HelpName = "FILE",
    };

    public static Option<bool> MustRecord { get; } = new("--must-record")
    {
        Description = "end the program where it cannot be recorded (default: say so and let it go on)",
    };

    public static Option<string?> Terminal { get; } = new("--terminal")
    {
        Description = "run the program on a terminal of its own, on which this file types and waits",
        HelpName = "SCRIPT",
    };

    public static Option<string?> Image { get; } = new("--image")
    {
        Description = "run the program in a container of this image; its run is replayed and healed there, too",
        HelpName = "IMAGE",
    };

    public static Option<double> Timeout { get; } = SecondsOption.Create(
        "--timeout", "kill the program after this time: it hangs, and heal takes that for the failure (default: none)");

    /// <summary>For the validators of both commands.</summary>
    public static void RefuseImageWithTerminal(System.CommandLine.Parsing.CommandResult result)
    {
        if (result.GetValue(Image) is not null && result.GetValue(Terminal) is not null)
        {
            result.AddError("--image and --terminal exclude each other");
        }
    }

    /// <summary>Runs the program and returns the exit code of the command.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, string? patch)
    {
        string[] words = parsed.GetValue(Program) ?? [];
        try
        {
            Schedules.Schedule? schedule = parsed.GetValue(Schedule) is { } file ? ReadSchedule(Path.GetFullPath(file)) : null;
            TerminalScript? script = parsed.GetValue(Terminal) is { } keys ? TerminalScript.Read(keys) : null;
            string directory = parsed.GetValue(Output) is { } named
                ? Path.GetFullPath(named)
                : RunDirectoryName.Create(words[0]);
            return await RunAsync(new RunRequest
            {
                Program = words[0],
                Arguments = words[1..],
                RunDirectory = directory,
                Input = RunInput.Inherit,
                Output = RunOutput.Inherit,
                StateDirectories = parsed.GetValue(State) ?? [],
                Seed = parsed.GetValue(Seed) ?? (ulong)Random.Shared.NextInt64(),
                Mode = RunMode.Record,
                Policy = schedule is null ? Schedules.Policy.Parse(parsed.GetValue(Policy) ?? "uniprocessor") : Schedules.Policy.Script,
                Schedule = schedule,
                Flags = parsed.GetValue(MustRecord) ? RunFlags.Refuse : RunFlags.None,
                Patch = patch,
                Timeout = parsed.GetValue(Timeout) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            }, parsed.GetValue(Image), script);
        }
        catch (ProgramNotStartedException e)
        {
            // Without captured output the launcher has already said why, on the same standard error.
            if (!e.Message.EndsWith($"(status {e.ExitCode}).", StringComparison.Ordinal))
            {
                Screen.Complain(e.Message);
            }

            return e.ExitCode;
        }
        catch (Exception e) when (e is SelfHealException or IOException or UnauthorizedAccessException)
        {
            Screen.Complain(e.Message);
            return ExitCodes.RunNotSetUp;
        }
    }

    private static Schedules.Schedule ReadSchedule(string path) => Directory.Exists(path)
        ? Schedules.Schedule.FromLog(RunDirectory.Open(path).OpenLog())
        : Schedules.Schedule.Read(path);

    private static async Task<int> RunAsync(RunRequest request, string? image, TerminalScript? script)
    {
        using CancellationTokenSource kill = new();
        using Signals signals = new(kill, hasOurTerminal: script is null);
        request = request with { Started = signals.Started };
        RunResult result;
        bool done = true;
        try
        {
            if (script is null)
            {
                Host host = image is null ? new LocalHost() : new DockerHost(new DockerOptions { Image = image });
                result = await host.UseAsync(one => one.RunAsync(request, kill.Token));
            }
            else
            {
                (result, done) = await ScriptedTerminal.RunAsync(request, script, kill);
            }
        }
        catch (OperationCanceledException) when (signals.Last != 0)
        {
            throw new InterruptedException(signals.Last);
        }

        int code = Report(result);
        return code == 0 && !done ? ExitCodes.RunNotSetUp : code;
    }

    private static int Report(RunResult result)
    {
        string run = RunDirectoryName.Shown(result.Directory.Path);
        ControlSnapshot control = result.Control;
        if (control.Status == RunStatus.Refused)
        {
            Screen.Complain($"the recorder could not start: {control.StatusText}");
            return ExitCodes.RunNotSetUp;
        }

        if (control.Status == RunStatus.New)
        {
            Screen.Complain($"the recorder never started in {result.Directory.Info.Program}, so nothing was recorded; " +
                "next: selfheal doctor");
        }

        if (control.PatchRefused)
        {
            Screen.Complain($"the patch was not in force: {control.PatchText}");
        }

        // Where it could not start or go on, the recorder has said so itself, at that moment.
        Failure failure = Diagnoser.Classify(result.Directory);
        if (failure.IsFailure)
        {
            Screen.Complain($"{failure.Sentence.TrimEnd('.')}; the run is in {run}; " +
                $"next: selfheal heal {Escaped.Word(run)}");
        }

        return result.Exit.ShellCode;
    }

    /// <summary>The terminal sends Ctrl-C to the program itself; what is sent to us alone is passed on.</summary>
    private sealed partial class Signals : IDisposable
    {
        private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(1);
        private readonly CancellationTokenSource _kill;
        private readonly TaskCompletionSource<int> _started = new();
        private readonly List<PosixSignalRegistration> _registrations = [];

        public Signals(CancellationTokenSource kill, bool hasOurTerminal)
        {
            _kill = kill;
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Take(c, 2, hasOurTerminal)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, c => Take(c, 3, hasOurTerminal)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => PassOn(c, 15)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => PassOn(c, 1)));
        }

        public int Last { get; private set; }

        /// <summary>Whoever gets them runs.</summary>
        public void Started(int process) => _started.TrySetResult(process);

        public void Dispose() => _registrations.ForEach(r => r.Dispose());

        private void Take(PosixSignalContext context, int number, bool programHasIt)
        {
            if (programHasIt)
            {
                context.Cancel = true;
            }
            else
            {
                PassOn(context, number);
            }
        }

        private void PassOn(PosixSignalContext context, int number)
        {
            context.Cancel = true;
            Last = number;
            // the program may say something before its number is known here
            if (!_started.Task.Wait(StartLimit) || Send(_started.Task.Result, number) != 0)
            {
                _kill.Cancel();
            }
        }

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int Send(int pid, int signal);
    }
}
