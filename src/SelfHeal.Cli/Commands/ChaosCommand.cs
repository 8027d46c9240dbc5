using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SelfHeal.Chaos;
using SelfHeal.Cli.Output;
using SelfHeal.Hosts;
using SelfHeal.Schedules;
using SelfHeal.Search;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal chaos [--policy POLICY] [--runs N] ... -- PROGRAM ARGS</c></summary>
internal static class ChaosCommand
{
    private const string All = "uniprocessor,random,pct:3,pos";

    private static readonly Option<string> PolicyOption = new("--policy")
    {
        Description = "who runs next: uniprocessor, random[:PERMILLE], pct[:DEPTH[:LENGTH]], pos; several with commas " +
            "between them, or all, are compared",
        HelpName = "POLICY",
        DefaultValueFactory = _ => "pct:3",
    };

    private static readonly Option<int> RunsOption = Count("--runs", "the largest number of runs, for each policy", 1000);

    private static readonly Option<int> JobsOption = Count("--jobs", "runs at the same time", Environment.ProcessorCount, "J");

    private static readonly Option<ulong> SeedOption = new("--seed")
    {
        Description = "the seed of the first run; the others count up", HelpName = "S", DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> InvariantOption = new("--invariant")
    {
        Description = "a shell command that exits with 0 when a run was right; it finds SELFHEAL_STDOUT, SELFHEAL_STDERR, " +
            "SELFHEAL_RUN, SELFHEAL_EXIT and SELFHEAL_WORK in its environment",
        HelpName = "COMMAND",
    };

    private static readonly Option<string?> DriverOption = new("--driver")
    {
        Description = "a shell command that uses PROGRAM while it serves, with SELFHEAL_PID, SELFHEAL_RUN and " +
            "SELFHEAL_WORK; it exits with 0: well, 1: an invariant is violated, 2: PROGRAM died. Then PROGRAM gets SIGTERM",
        HelpName = "COMMAND",
    };

    private static readonly Option<string?> FreshOption = new("--fresh")
    {
        Description = "a directory of which each run gets a copy of its own; {work} in PROGRAM's arguments becomes its path",
        HelpName = "DIR",
    };

    private static readonly Option<double> TimeoutOption =
        SecondsOption.Create("--timeout", "seconds after which a run counts as a hang", _ => 10);

    private static readonly Option<string> AllowOption = new("--allow-exit")
    {
        Description = "exit statuses that are no failure, with commas between them",
        HelpName = "CODES",
        DefaultValueFactory = _ => "0",
    };

    private static readonly Option<bool> KeepGoingOption = new("--keep-going") { Description = "do not stop at the first failure" };

    private static readonly Option<string?> KeepOption = new("--keep")
    {
        Description = "where the directories of failing runs go (default: ./selfheal-runs/PROGRAM-chaos-TIME-N)", HelpName = "DIR",
    };

    private static readonly Option<string?> StdinOption = new("--stdin")
    {
        Description = "a file that each run has as its standard input (default: nothing)", HelpName = "FILE",
    };

    private static readonly Option<string?> PatchOption = new("--patch", "-p")
    {
        Description = "a patch file that each run obeys", HelpName = "PATCH",
    };

    public static Command Create()
    {
        PolicyOption.Validators.Add(result => Check(result, text => Policies(text)));
        AllowOption.Validators.Add(result => Check(result, text => ExitStatuses(text)));
        Command command = new("chaos", "run a program many times, each with another order of its threads, until it fails")
        {
            PolicyOption, RunsOption, JobsOption, SeedOption, InvariantOption, DriverOption, FreshOption, TimeoutOption, AllowOption,
            KeepGoingOption, KeepOption, StdinOption, PatchOption, RunArgument.Json, ProgramRun.Program,
        };
        command.SetAction((parsed, _) => Interruption.Guard(token => ChaosAsync(parsed, token)));
        return command;
    }

    private static async Task<int> ChaosAsync(ParseResult parsed, CancellationToken token)
    {
        IReadOnlyList<Policy> policies = Policies(parsed.GetValue(PolicyOption)!);
        string[] words = parsed.GetValue(ProgramRun.Program) ?? [];
        string keep = parsed.GetValue(KeepOption) is { } named ? Path.GetFullPath(named) : RunDirectoryName.Create(words[0].TrimEnd('/') + "-chaos");
        ChaosReport report = await Screen.Progress("chaos", async shown =>
        {
            using var runner = new ChaosRunner(Options(parsed, words, keep) with { Progress = new ChaosStatus(shown) });
            return await RunAsync(runner, policies, parsed.GetValue(KeepGoingOption), token);
        });
        if (parsed.GetValue(RunArgument.Json))
        {
            JsonOutput.Write(report.Write);
        }
        else
        {
            report.Write();
        }

        token.ThrowIfCancellationRequested();
        return report.Failed ? ExitCodes.Negative : ExitCodes.Success;
    }

    private static async Task<ChaosReport> RunAsync(
        ChaosRunner runner, IReadOnlyList<Policy> policies, bool keepGoing, CancellationToken token)
    {
        ChaosBaseline? baseline = null;
        List<ChaosResult> results = [];
        try
        {
            baseline = await runner.BaselineAsync(token);
            foreach (Policy policy in policies)
            {
                if (token.IsCancellationRequested || (baseline.Failure is not null && !keepGoing))
                {
                    break;
                }

                results.Add(await runner.RunAsync(policy, token));
            }
        }
        catch (OperationCanceledException)
        {
            // what was found until now is reported
        }

        return new ChaosReport(baseline, results);
    }

    private static ChaosOptions Options(ParseResult parsed, string[] words, string keep) => new()
    {
        Program = words[0],
        Arguments = words[1..],
        KeepDirectory = keep,
        Input = parsed.GetValue(StdinOption) is { } file ? RunInput.FromFile(Path.GetFullPath(file)) : RunInput.None,
        Runs = parsed.GetValue(RunsOption),
        Jobs = parsed.GetValue(JobsOption),
        FirstSeed = parsed.GetValue(SeedOption),
        Timeout = TimeSpan.FromSeconds(parsed.GetValue(TimeoutOption)),
        KeepGoing = parsed.GetValue(KeepGoingOption),
        AllowedExitCodes = ExitStatuses(parsed.GetValue(AllowOption)!),
        Invariant = parsed.GetValue(InvariantOption) is { } invariant ? Invariant.FromCommand(invariant) : null,
        Driver = parsed.GetValue(DriverOption) is { } driver ? new ChaosDriver(driver) : null,
        Fresh = parsed.GetValue(FreshOption),
        Patch = parsed.GetValue(PatchOption),
    };

    private static List<Policy> Policies(string text) => [.. (text == "all" ? All : text).Split(',').Select(Policy.Parse)];

    private static HashSet<int> ExitStatuses(string text) =>
    [
        .. text.Split(',').Select(code => byte.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out byte value)
            ? value : throw new SelfHealException($"--allow-exit takes exit statuses from 0 to 255 with commas between them, not {text}")),
    ];

    private static void Check(OptionResult result, Func<string, object> parse)
    {
        try
        {
            _ = parse(result.GetValueOrDefault<string>());
        }
        catch (SelfHealException e)
        {
            result.AddError(e.Message);
        }
    }

    private static Option<int> Count(string name, string description, int value, string helpName = "N")
    {
        Option<int> option = new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number) && number < 1)
            {
                result.AddError($"{name} must be at least 1");
            }
        });
        return option;
    }
}
