using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SelfHeal.Cli.Commands;
using SelfHeal.Cli.Output;

namespace SelfHeal.Cli;

/// <summary>The command tree, and what every command shares: errors, exit codes, interruption.</summary>
internal static class Application
{
    private const string Description = """
        Records a native program so cheaply that recording can stay on, replays its failure exactly, finds a safe
        change of its environment that avoids the failure, and keeps the change in a patch file.

        Exit codes: 0 done, replayed exactly, healed; 1 not healed, chaos found a failure, or the patch does not fit; 2 usage;
        3 diverged; 4 an uncontrolled event; 5 damaged or missing RUN or PATCH; 6 cannot set up;
        130 interrupted. record and run exit as the program does (128 + signal); 125, 126, 127 when it did
        not start.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = new(Description)
        {
            RecordCommand.Create(),
            ReplayCommand.Create(),
            LogCommand.Create(),
            HealCommand.Create(),
            ChaosCommand.Create(),
            RunCommand.Create(),
            PatchCommand.Create(),
            ReportCommand.Create(),
            DoctorCommand.Create(),
        };
        // Response files would change what "-- PROGRAM @file" means.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            Screen.Complain(UsageSentence(parsed));
            return ExitCodes.Usage;
        }

        try
        {
            // Each command handles signals itself: record and run must outlive the program's own Ctrl-C.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (InterruptedException interrupted)
        {
            Screen.Complain("interrupted; temporary directories and processes are gone");
            return interrupted.ExitCode;
        }
        catch (SelfHealException e)
        {
            Screen.Complain(e.Message);
            return ExitCodeOf(e);
        }
        catch (IOException e)
        {
            Screen.Complain($"{e.Message.TrimEnd('.')}: check that there is room and that the path can be written");
            return ExitCodes.CannotSetUp;
        }
        catch (UnauthorizedAccessException e)
        {
            Screen.Complain($"{e.Message.TrimEnd('.')}: check its permissions");
            return ExitCodes.CannotSetUp;
        }
#pragma warning disable CA1031 // the last line of defence: a sentence and a code in place of a core dump
        catch (Exception e)
#pragma warning restore CA1031
        {
            Screen.Complain($"internal error, please report it with these lines:{Environment.NewLine}{e}");
            return ExitCodes.InternalError;
        }
    }

    public static int ExitCodeOf(SelfHealException e) => e switch
    {
        DamagedRunException or PatchRefusedException => ExitCodes.Damaged,
        _ => ExitCodes.CannotSetUp,
    };

    private static string UsageSentence(ParseResult parsed)
    {
        string command = parsed.CommandResult.Command is RootCommand
            ? "selfheal"
            : $"selfheal {string.Join(' ', Names(parsed.CommandResult))}";
        // "reco" is first reported as a missing command; that it is an unknown one says more.
        ParseError error = parsed.Errors.FirstOrDefault(e => e.Message.StartsWith("Unrecognized", StringComparison.Ordinal))
            ?? parsed.Errors[0];
        string first = error.Message.TrimEnd('.');
        return $"{first}; type: {command} --help";
    }

    private static List<string> Names(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return names;
    }
}
