using System.CommandLine;
using System.Text.Json;
using SelfHeal.Cli.Output;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal patch show PATCH</c>, <c>selfheal patch check PATCH PROGRAM</c>,
/// <c>selfheal patch apply PATCH RUN</c></summary>
internal static class PatchCommand
{
    private static readonly Argument<string> PatchArgument = new("PATCH") { Description = "a patch file (.ep)" };

    private static readonly Argument<string> ProgramArgument = new("PROGRAM")
    {
        Description = "the program, by path or by name",
    };

    private static readonly Argument<string> RunningArgument = new("RUN")
    {
        Description = "the run directory of the running program",
    };

    public static Command Create()
    {
        Command show = new("show", "print the entries of a patch and what they mean") { PatchArgument, RunArgument.Json };
        show.SetAction(Show);
        Command check = new("check", "say whether a patch is for this build of a program")
        {
            PatchArgument, ProgramArgument, RunArgument.Json,
        };
        check.SetAction(Check);
        Command apply = new("apply", "put a patch in force in a program that is running under the recorder")
        {
            PatchArgument, RunningArgument,
        };
        apply.SetAction(Apply);
        return new Command("patch", "look at a patch file, or give it to a running program") { show, check, apply };
    }

    private static int Show(ParseResult parsed)
    {
        Patch patch = PatchFile.Read(Path.GetFullPath(parsed.GetRequiredValue(PatchArgument)));
        if (parsed.GetValue(RunArgument.Json))
        {
            JsonOutput.Write(json => WriteJson(json, patch));
            return ExitCodes.Success;
        }

        TextWriter text = Console.Out;
        text.WriteLine(patch.Entries.Count == 1 ? "1 entry" : $"{patch.Entries.Count} entries");
        foreach (PatchModule module in patch.Modules)
        {
            text.WriteLine($"for {module.Name} with build-id {module.BuildId}");
        }

        foreach (PatchEntry entry in patch.Entries)
        {
            text.WriteLine(Meaning(entry));
            text.WriteLine($"  at {entry.Key}");
            foreach (string comment in entry.Comments)
            {
                text.WriteLine($"  {comment}");
            }
        }

        return ExitCodes.Success;
    }

    private static int Apply(ParseResult parsed)
    {
        Patch patch = PatchFile.Read(Path.GetFullPath(parsed.GetRequiredValue(PatchArgument)));
        RunDirectory run = RunDirectory.Open(parsed.GetRequiredValue(RunningArgument));
        int generation = LivePatch.Replace(run, patch);
        Console.Out.WriteLine($"The program reads the patch at its next event (generation {generation}).");
        return ExitCodes.Success;
    }

    private static string Meaning(PatchEntry entry) => entry switch
    {
        PadEntry { Bytes: 0 } => "pad: blocks from this call stack get twice their size",
        PadEntry pad => $"pad: blocks from this call stack get twice their size, and at least {pad.Bytes} bytes more",
        HoldEntry { Places: 1 } => "hold: a thread is not switched out at this call stack",
        HoldEntry hold => $"hold: a thread is not switched out at this call stack, nor at its next {hold.Places - 1} places",
        _ => entry.Action,
    };

    private static int Check(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(PatchArgument);
        Patch patch = PatchFile.Read(Path.GetFullPath(path));
        PatchCheck check = PatchCheck.Check(patch, parsed.GetRequiredValue(ProgramArgument), path);
        if (parsed.GetValue(RunArgument.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteBoolean("matches", check.Matches);
                json.WriteString("sentence", check.Sentence);
                json.WriteStartArray("modules");
                foreach ((PatchModule module, string? file, bool matches) in check.Modules)
                {
                    json.WriteStartObject();
                    json.WriteString("name", module.Name);
                    json.WriteString("buildId", module.BuildId);
                    json.WriteString("file", file);
                    json.WriteBoolean("matches", matches);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
        else
        {
            Console.Out.WriteLine(check.Sentence);
        }

        return check.Matches ? ExitCodes.Success : ExitCodes.Negative;
    }

    private static void WriteJson(Utf8JsonWriter json, Patch patch)
    {
        json.WriteStartArray("modules");
        foreach (PatchModule module in patch.Modules)
        {
            json.WriteStartObject();
            json.WriteString("name", module.Name);
            json.WriteString("buildId", module.BuildId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("entries");
        foreach (PatchEntry entry in patch.Entries)
        {
            json.WriteStartObject();
            json.WriteString("action", entry.Action);
            if (entry is PadEntry pad)
            {
                json.WriteNumber("bytes", pad.Bytes);
            }
            else if (entry is HoldEntry hold)
            {
                json.WriteNumber("places", hold.Places);
            }

            JsonOutput.WriteStrings(json, "frames", entry.Frames.Select(f => f.ToString()));
            JsonOutput.WriteStrings(json, "comments", entry.Comments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
