using System.CommandLine;
using System.Text.Json;
using SelfHeal.Cli.Output;
using SelfHeal.Log;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal log RUN [--events|--intervals|--inputs] [--json]</c></summary>
internal static class LogCommand
{
    private static readonly Option<bool> EventsOption = new("--events") { Description = "every event" };

    private static readonly Option<bool> IntervalsOption = new("--intervals")
    {
        Description = "the thread execution intervals: which thread did how many events before it was switched out, where, and for whom",
    };

    private static readonly Option<bool> InputsOption = new("--inputs")
    {
        Description = "what the program read, by descriptor",
    };

    public static Command Create()
    {
        Command command = new("log", "print what a run directory holds")
        {
            RunArgument.Run, EventsOption, IntervalsOption, InputsOption, RunArgument.Json,
        };
        command.Validators.Add(result =>
        {
            if (new[] { EventsOption, IntervalsOption, InputsOption }.Count(o => result.GetValue(o)) > 1)
            {
                result.AddError("--events, --intervals and --inputs exclude each other");
            }
        });
        command.SetAction(Log);
        return command;
    }

    private static int Log(ParseResult parsed)
    {
        RunDirectory run = RunArgument.Open(parsed);
        bool json = parsed.GetValue(RunArgument.Json);
        if (parsed.GetValue(EventsOption))
        {
            Print(json, () => WriteEvents(run), j => WriteEvents(j, run));
        }
        else if (parsed.GetValue(IntervalsOption))
        {
            IntervalText intervals = new(run);
            Print(json, intervals.Write, intervals.Write);
        }
        else if (parsed.GetValue(InputsOption))
        {
            Print(json, () => WriteInputs(run), j => WriteInputs(j, run));
        }
        else
        {
            RunSummary summary = new(run);
            Print(json, summary.Write, summary.Write);
        }

        return ExitCodes.Success;
    }

    private static void Print(bool asJson, Action text, Action<Utf8JsonWriter> json)
    {
        if (asJson)
        {
            JsonOutput.Write(json);
            return;
        }

        // A log has many lines; the console alone would write each by itself.
        TextWriter console = Console.Out;
        using StreamWriter buffered = new(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        Console.SetOut(buffered);
        try
        {
            text();
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static void WriteEvents(RunDirectory run)
    {
        bool threads = run.ReadControl().Threads > 0;
        foreach (LoggedEvent logged in run.OpenLog().Read())
        {
            string result = logged.IsIntervalEnd ? $" to thread {logged.Result}, {logged.Places} places"
                : logged.Result is { } value ? $" = {value}" : " = all of it";
            string input = logged.Input.IsEmpty
                ? ""
                : $"  fd {logged.Descriptor}: {Escaped.Text(logged.Input.Span)}";
            string stored = logged.Blob.IsEmpty ? "" : $"  {logged.Blob.Length} bytes";
            string thread = threads ? $"{logged.Thread,4} " : "";
            Console.Out.WriteLine($"{logged.Index,8} {thread}{logged.Name,-18}{result}{input}{stored}");
        }
    }

    private static void WriteEvents(Utf8JsonWriter json, RunDirectory run)
    {
        json.WriteString("run", run.Path);
        json.WriteStartArray("events");
        foreach (LoggedEvent logged in run.OpenLog().Read())
        {
            json.WriteStartObject();
            json.WriteNumber("index", logged.Index);
            json.WriteNumber("code", logged.Code);
            json.WriteString("name", logged.Name);
            json.WriteNumber("thread", logged.Thread);
            if (logged.Result is { } value)
            {
                json.WriteNumber("result", value);
            }

            if (!logged.Input.IsEmpty)
            {
                json.WriteNumber("descriptor", logged.Descriptor);
                json.WriteBase64String("input", logged.Input.Span);
            }

            if (!logged.Blob.IsEmpty)
            {
                json.WriteBase64String("stored", logged.Blob.Span);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInputs(RunDirectory run)
    {
        foreach (InputStream stream in Inputs.Read(run.OpenLog()))
        {
            Console.Out.WriteLine(
                $"descriptor {stream.Descriptor}: {stream.Bytes.Length} bytes in {stream.Chunks.Count} reads");
            int at = 0;
            foreach ((long index, int length) in stream.Chunks)
            {
                Console.Out.WriteLine($"{index,8} {Escaped.Text(stream.Bytes.Span.Slice(at, length), limit: 1000)}");
                at += length;
            }
        }
    }

    private static void WriteInputs(Utf8JsonWriter json, RunDirectory run)
    {
        json.WriteString("run", run.Path);
        json.WriteStartArray("inputs");
        foreach (InputStream stream in Inputs.Read(run.OpenLog()))
        {
            json.WriteStartObject();
            json.WriteNumber("descriptor", stream.Descriptor);
            json.WriteBase64String("bytes", stream.Bytes.Span);
            json.WriteStartArray("reads");
            foreach ((long index, int length) in stream.Chunks)
            {
                json.WriteStartObject();
                json.WriteNumber("event", index);
                json.WriteNumber("length", length);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
