using System.CommandLine;
using SelfHeal.Schedules;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal record [-o RUN] [--state DIR]... [--seed N] [--policy POLICY | --schedule FILE] [--timeout SECONDS] [--terminal SCRIPT] -- PROGRAM ARGS</c></summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        Command command = new("record", "run a program under the recorder; its log goes to the run directory")
        {
            ProgramRun.Output, ProgramRun.State, ProgramRun.Seed, ProgramRun.Policy, ProgramRun.Schedule, ProgramRun.MustRecord,
            ProgramRun.Timeout, ProgramRun.Terminal, ProgramRun.Image, ProgramRun.Program,
        };
        ProgramRun.Policy.Validators.Add(result =>
        {
            if (!Policy.TryParse(result.GetValueOrDefault<string>(), out _, out string error))
            {
                result.AddError(error);
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(ProgramRun.Schedule) is not null && result.GetResult(ProgramRun.Policy) is { Implicit: false })
            {
                result.AddError("--policy and --schedule exclude each other");
            }
        });
        command.Validators.Add(ProgramRun.RefuseImageWithTerminal);
        command.SetAction((parsed, _) => ProgramRun.RunAsync(parsed, patch: null));
        return command;
    }
}
