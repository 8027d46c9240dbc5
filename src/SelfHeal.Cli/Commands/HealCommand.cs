using System.CommandLine;
using SelfHeal.Cli.Output;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Requests;
using SelfHeal.Schedules;
using SelfHeal.Search;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal heal RUN | --policy POLICY [--runs N] -- PROGRAM ARGS</c></summary>
internal static class HealCommand
{
    private static readonly Option<string?> OutputOption = new("--output", "-o")
    {
        Description = "where the patch goes (default: RUN/heal/patch.ep)",
        HelpName = "PATCH",
    };

    private static readonly Option<string?> InvariantOption = new("--invariant")
    {
        Description = "a shell command that exits with 0 when the run was right; it runs in the run's state " +
            "directory, with the run directory in SELFHEAL_RUN",
        HelpName = "COMMAND",
    };

    private static readonly Option<int> BudgetOption = new("--budget")
    {
        Description = "the largest number of trials",
        HelpName = "N",
        DefaultValueFactory = _ => new HealOptions().Budget,
    };

    private static readonly Option<bool> ValgrindOption = new("--valgrind")
    {
        Description = "also ask valgrind, as a second opinion (slow)",
    };

    private static readonly Option<string?> PolicyOption = new("--policy")
    {
        Description = "search for a failing order of PROGRAM's threads first: uniprocessor, random[:PERMILLE], " +
            "pct[:DEPTH[:LENGTH]], pos; several with commas between them are tried one after the other",
        HelpName = "POLICY",
    };

    private static readonly Option<int> RunsOption = new("--runs")
    {
        Description = "with --policy the largest number of runs, for each policy; also the runs that a patch against a race has to pass",
        HelpName = "N",
        DefaultValueFactory = _ => new HealOptions().ChaosRuns,
    };

    private static readonly Option<string?> DriverOption = new("--driver")
    {
        Description = "with --policy, for a server: a shell command that uses it, as in chaos. It finds in SELFHEAL_ROUNDS how many " +
            "rounds of requests are wanted, and ends at the first violation",
        HelpName = "COMMAND",
    };

    private static readonly Option<string?> FreshOption = new("--fresh")
    {
        Description = "with --driver: a directory of which each run gets a copy of its own; {work} in the server's arguments becomes its path",
        HelpName = "DIR",
    };

    private static readonly Option<string?> FramingOption = new("--framing")
    {
        Description = "how the input of sockets is cut into requests: raw, line, delimiter \"...\", length OFFSET SIZE little|big EXTRA, mysql, " +
            "mbox, imap, http, resp (default: detected)",
        HelpName = "FRAMING",
    };

    private static readonly Option<string[]> BenignOption = new("--benign")
    {
        Description = "a further run in which no request did harm: a pattern of bad requests must match none of them (repeatable)",
        HelpName = "RUN",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> ReportOption = new("--report")
    {
        Description = "also write the report, one HTML file to look at in a browser",
        HelpName = "FILE",
    };

    private static readonly Argument<string[]> Words = new("RUN")
    {
        Description = "a run directory; with --policy: -- PROGRAM [ARG]...",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create()
    {
        Positive(RunsOption);
        Positive(BudgetOption);
        FramingOption.Validators.Add(result =>
        {
            try
            {
                _ = Framing.Parse(result.GetValueOrDefault<string>()!);
            }
            catch (FormatException error)
            {
                result.AddError(error.Message);
            }
        });
        PolicyOption.Validators.Add(result =>
        {
            foreach (string text in result.GetValueOrDefault<string>()!.Split(','))
            {
                if (!Policy.TryParse(text, out _, out string error))
                {
                    result.AddError(error);
                }
            }
        });
        Command command = new("heal", "find a safe change of the environment that avoids a recorded failure")
        {
            Words, OutputOption, InvariantOption, PolicyOption, RunsOption, DriverOption, FreshOption, BudgetOption, ValgrindOption,
            FramingOption, BenignOption, ReportOption, RunArgument.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(PolicyOption) is null && result.GetValue(Words) is { Length: > 1 })
            {
                result.AddError("heal takes one RUN, or --policy POLICY -- PROGRAM [ARG]...");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(DriverOption) is not null && result.GetValue(PolicyOption) is null)
            {
                result.AddError("--driver needs --policy POLICY");
            }
        });
        command.SetAction((parsed, _) => Interruption.Guard(token => HealAsync(parsed, token)));
        return command;
    }

    private static async Task<int> HealAsync(ParseResult parsed, CancellationToken token)
    {
        string? command = parsed.GetValue(InvariantOption);
        Invariant? invariant = command is null ? null : Invariant.FromCommand(command);
        string[] words = parsed.GetValue(Words)!;
        string? policies = parsed.GetValue(PolicyOption);
        if (parsed.GetValue(DriverOption) is { } driver)
        {
            return await DrivenHeal.RunAsync(
                words, [.. policies!.Split(',').Select(Policy.Parse)], parsed.GetValue(RunsOption), driver,
                parsed.GetValue(FreshOption) is { } fresh ? Path.GetFullPath(fresh) : null, parsed.GetValue(OutputOption), parsed.GetValue(ReportOption), token);
        }

        RunDirectory? run = policies is not null
            ? await FailingRun.FindAsync(words, [.. policies.Split(',').Select(Policy.Parse)], parsed.GetValue(RunsOption), invariant, token)
            : RunDirectory.Open(Path.GetFullPath(words[0]));
        if (run is null)
        {
            FailingRun.WriteNone(words, policies!, parsed.GetValue(RunsOption), parsed.GetValue(RunArgument.Json));
            return ExitCodes.Success;
        }

        HealResult result = await Screen.Progress("diagnosing", shown => Host.For(run).UseAsync(host => new Healer(host).HealAsync(
            run,
            new HealOptions
            {
                Invariant = invariant,
                ChaosRuns = parsed.GetValue(RunsOption),
                Budget = parsed.GetValue(BudgetOption),
                PatchPath = parsed.GetValue(OutputOption) is { } path ? Path.GetFullPath(path) : null,
                Framing = parsed.GetValue(FramingOption) is { } framing ? Framing.Parse(framing) : null,
                BenignRuns = [.. parsed.GetValue(BenignOption)!.Select(path => RunDirectory.Open(Path.GetFullPath(path)))],
                SecondOpinion = parsed.GetValue(ValgrindOption),
                Progress = new Steps(shown),
            },
            token)));
        if (parsed.GetValue(ReportOption) is { } report)
        {
            ReportFile.Save(report, HtmlReport.Render([ReportSession.Of(result)]));
        }

        if (parsed.GetValue(RunArgument.Json))
        {
            Console.Out.WriteLine(HealReport.ToJson(result));
        }
        else
        {
            WriteText(result);
        }

        return result.Verdict == HealVerdict.NotHealed ? ExitCodes.Negative : ExitCodes.Success;
    }

    private static void WriteText(HealResult result)
    {
        TextWriter text = Console.Out;
        if (result.Failure.IsFailure)
        {
            text.WriteLine($"failure:  {result.Failure.Sentence}");
        }

        foreach (OverflowFinding finding in result.Findings)
        {
            Findings.Write(finding);
        }

        if (result.Valgrind is { } valgrind)
        {
            WriteSecondOpinion(valgrind, result.ValgrindAgrees == true);
        }

        foreach (Trial trial in result.Trials)
        {
            text.WriteLine($"trial {trial.Number}:  {trial.Change}: {trial.Outcome} ({trial.Duration.TotalSeconds:0.00} s)");
        }

        if (result.Reschedule?.Explanation is { } explanation)
        {
            text.WriteLine(explanation);
        }

        foreach (DroppedRequest dropped in result.Dropped)
        {
            WriteDropped(text, dropped);
        }

        foreach (OverflowFinding finding in result.Remaining)
        {
            text.WriteLine($"remains:  {finding.Sentence}");
        }

        text.WriteLine(result.Sentence);
        if (result.PatchPath is { } patch)
        {
            string program = Escaped.Shell([result.Run.Info.Program, .. result.Run.Info.Arguments]);
            string shown = Escaped.Word(RunDirectoryName.Shown(patch));
            text.WriteLine($"patch:    {shown}, {result.TimeToPatch.TotalSeconds:0.00} s from the failure to it");
            text.WriteLine($"next:     selfheal run --patch {shown} -- {program}");
        }
    }

    private static void WriteDropped(TextWriter text, DroppedRequest dropped)
    {
        text.WriteLine($"dropped:  {dropped.Sentence}");
        foreach (RequestPattern pattern in dropped.Patterns)
        {
            text.WriteLine($"  pattern {pattern}");
        }

        if (dropped.Answer is { } answer)
        {
            text.WriteLine($"  answer {answer}");
        }

        foreach (string note in dropped.Notes)
        {
            text.WriteLine($"  {note}");
        }
    }

    private static void WriteSecondOpinion(ValgrindResult valgrind, bool agrees)
    {
        // valgrind reports each bad access by itself; the farthest one is what guard mode measures
        OverflowFinding? farthest = valgrind.Findings.MaxBy(f => f.Extent);
        Console.Out.WriteLine(farthest is null
            ? "valgrind: no bad access beside a heap block"
            : $"valgrind: {(agrees ? "the same" : "NOT the same")} allocation, at least {Findings.Short(farthest)}" +
                $" (it tells the first access of each place; {valgrind.Duration.TotalSeconds:0.00} s)");
        Stacks.Write(farthest?.AllocationStack ?? [], "  allocation ");
    }

    private static void Positive(Option<int> option) => option.Validators.Add(result =>
    {
        // what is no number at all is told by the parser
        if (result.Tokens is [var token] && int.TryParse(token.Value, out int number) && number < 1)
        {
            result.AddError($"{option.Name} must be at least 1");
        }
    });

    private sealed class Steps(IProgress<string> shown) : IProgress<HealProgress>
    {
        public void Report(HealProgress value) => shown.Report($"{value.Phase.ToString().ToLowerInvariant()}: {value.Text}");
    }
}
