using System.CommandLine;
using SelfHeal.Cli.Output;
using SelfHeal.Patches;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal run --patch PATCH [-o RUN] [--timeout SECONDS] [--terminal SCRIPT] -- PROGRAM ARGS</c></summary>
internal static class RunCommand
{
    private static readonly Option<string> PatchOption = new("--patch", "-p")
    {
        Description = "the patch file that the program obeys",
        HelpName = "PATCH",
        Required = true,
    };

    public static Command Create()
    {
        Command command = new("run", "run a program with a patch in force, and record it")
        {
            PatchOption, ProgramRun.Output, ProgramRun.State, ProgramRun.Seed, ProgramRun.MustRecord, ProgramRun.Timeout,
            ProgramRun.Terminal, ProgramRun.Image, ProgramRun.Program,
        };
        command.Validators.Add(ProgramRun.RefuseImageWithTerminal);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string path = Path.GetFullPath(parsed.GetRequiredValue(PatchOption));
        string program = parsed.GetValue(ProgramRun.Program)![0];
        try
        {
            Patch patch = PatchFile.Read(path);
            if (parsed.GetValue(ProgramRun.Image) is null && PatchCheck.Check(patch, program, path) is { Matches: false } check) // in an image the recorder looks itself
            {
                Screen.Complain(check.Sentence);
                return ExitCodes.RunNotSetUp;
            }
        }
        catch (PatchRefusedException e)
        {
            Screen.Complain(e.Message);
            return ExitCodes.RunNotSetUp;
        }
        catch (ProgramNotStartedException)
        {
            // Starting it says the same and finds the right exit code.
        }

        return await ProgramRun.RunAsync(parsed, path);
    }
}
