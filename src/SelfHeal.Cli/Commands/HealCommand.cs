using System.CommandLine;
using SelfHeal.Cli.Output;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Search;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal heal RUN [-o PATCH] [--invariant COMMAND] [--budget N] [--json]</c></summary>
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

    public static Command Create()
    {
        BudgetOption.Validators.Add(result =>
        {
            // what is no number at all is told by the parser
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int number) && number < 1)
            {
                result.AddError("--budget must be at least 1");
            }
        });
        Command command = new("heal", "find a safe change of the environment that avoids a recorded failure")
        {
            RunArgument.Run, OutputOption, InvariantOption, BudgetOption, ValgrindOption, RunArgument.Json,
        };
        command.SetAction((parsed, _) => Interruption.Guard(token => HealAsync(parsed, token)));
        return command;
    }

    private static async Task<int> HealAsync(ParseResult parsed, CancellationToken token)
    {
        RunDirectory run = RunArgument.Open(parsed);
        string? command = parsed.GetValue(InvariantOption);
        HealResult result = await Screen.Progress("diagnosing", shown => new Healer().HealAsync(
            run,
            new HealOptions
            {
                Invariant = command is null ? null : Invariant.FromCommand(command),
                Budget = parsed.GetValue(BudgetOption),
                PatchPath = parsed.GetValue(OutputOption) is { } path ? Path.GetFullPath(path) : null,
                SecondOpinion = parsed.GetValue(ValgrindOption),
                Progress = new Steps(shown),
            },
            token));
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

    private sealed class Steps(IProgress<string> shown) : IProgress<HealProgress>
    {
        public void Report(HealProgress value) => shown.Report($"{value.Phase.ToString().ToLowerInvariant()}: {value.Text}");
    }
}
