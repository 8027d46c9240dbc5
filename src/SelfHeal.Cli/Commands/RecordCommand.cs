using System.CommandLine;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal record [-o RUN] [--state DIR]... [--seed N] -- PROGRAM ARGS</c></summary>
internal static class RecordCommand
{
    public static Command Create()
    {
        Command command = new("record", "run a program under the recorder; its log goes to the run directory")
        {
            ProgramRun.Output, ProgramRun.State, ProgramRun.Seed, ProgramRun.MustRecord, ProgramRun.Program,
        };
        command.SetAction((parsed, _) => ProgramRun.RunAsync(parsed, patch: null));
        return command;
    }
}
