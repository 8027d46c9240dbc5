using System.CommandLine;
using System.Text.Json;
using SelfHeal.Cli.Output;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal replay RUN [--trace FILE] [--guard]</c></summary>
internal static class ReplayCommand
{
    private static readonly Option<string?> TraceOption = new("--trace")
    {
        Description = "write every event and allocation with its call stack to FILE (- for standard output)",
        HelpName = "FILE",
    };

    private static readonly Option<bool> GuardOption = new("--guard")
    {
        Description = "put a guard page behind every heap block and name what overflows",
    };

    public static Command Create()
    {
        Command command = new("replay", "follow a run's log and say whether the program did the same again")
        {
            RunArgument.Run, TraceOption, GuardOption, RunArgument.Json,
        };
        command.SetAction((parsed, _) => Interruption.Guard(token => ReplayAsync(parsed, token)));
        return command;
    }

    private static async Task<int> ReplayAsync(ParseResult parsed, CancellationToken token)
    {
        RunDirectory run = RunArgument.Open(parsed);
        bool guard = parsed.GetValue(GuardOption);
        string? trace = parsed.GetValue(TraceOption);
        string scratch = Directory.CreateTempSubdirectory("selfheal-replay-").FullName;
        try
        {
            ReplayResult result = await Screen.Progress("replaying", _ => Host.For(run).UseAsync(host => new Replayer(host).ReplayAsync(
                run,
                new ReplayOptions
                {
                    Trace = trace is not null,
                    Guard = guard,
                    GoLive = guard, // another heap can lead elsewhere; the search for overflows goes on there
                    RunDirectory = Path.Combine(scratch, "run"),
                },
                token)));
            if (trace is not null)
            {
                TraceText.Write(result.Run.Directory, run, trace);
            }

            IReadOnlyList<OverflowFinding> findings = guard ? Diagnoser.Overflows(result.Run) : [];
            if (parsed.GetValue(RunArgument.Json))
            {
                WriteJson(run, result, findings, guard);
            }
            else if (trace != "-")
            {
                WriteText(result, findings, guard);
            }

            return ExitCode(result.Outcome);
        }
        finally
        {
            Scratch.Remove(scratch);
        }
    }

    private static int ExitCode(ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Exact or ReplayOutcome.LogEnded or ReplayOutcome.Live => ExitCodes.Success,
        ReplayOutcome.Uncontrolled => ExitCodes.Uncontrolled,
        ReplayOutcome.Refused => ExitCodes.CannotSetUp,
        _ => ExitCodes.Diverged,
    };

    private static void WriteText(ReplayResult result, IReadOnlyList<OverflowFinding> findings, bool guard)
    {
        Console.Out.WriteLine(result.Sentence);
        Stacks.Write(result.DivergenceStack, "  in ");
        foreach (OverflowFinding finding in findings)
        {
            Findings.Write(finding);
        }

        if (guard && findings.Count == 0)
        {
            Console.Out.WriteLine("guard: no access beyond a heap block");
        }
    }

    private static void WriteJson(
        RunDirectory run, ReplayResult result, IReadOnlyList<OverflowFinding> findings, bool guard) =>
        JsonOutput.Write(json =>
        {
            json.WriteString("run", run.Path);
            json.WriteString("outcome", result.Outcome.ToString());
            json.WriteBoolean("exact", result.IsExact);
            json.WriteString("sentence", result.Sentence);
            json.WriteNumber("events", result.Run.Control.Events);
            json.WriteNumber("seconds", result.Run.Duration.TotalSeconds);
            if (result.SameOutput is { } same)
            {
                json.WriteBoolean("sameOutput", same);
            }

            json.WriteString("exit", result.Run.Exit.ToString());
            JsonOutput.WriteStrings(json, "divergenceStack", result.DivergenceStack.Select(f => f.ToString()));
            if (guard)
            {
                json.WriteStartArray("findings");
                foreach (OverflowFinding finding in findings)
                {
                    Findings.Write(json, finding);
                }

                json.WriteEndArray();
            }
        });
}
