using System.Text.Json;
using SelfHeal.Chaos;
using Spectre.Console;

namespace SelfHeal.Cli.Output;

/// <summary>What chaos found, for people and for machines.</summary>
internal sealed class ChaosReport(ChaosBaseline? baseline, IReadOnlyList<ChaosResult> results)
{
    public bool Failed => baseline?.Failure is not null || results.Any(result => result.Failures.Count > 0);

    public void Write()
    {
        if (baseline?.Failure is { } failure)
        {
            Console.Out.WriteLine($"fails without chaos, too: {Line(failure, 1)}");
        }
        else if (baseline is { Threads: 0 } && results.All(result => result.Threads == 0))
        {
            Console.Out.WriteLine("no run started a thread: there was no order of threads to vary");
        }

        if (results.Count > 1)
        {
            WriteTable();
        }
        else if (results.Count == 1)
        {
            Console.Out.WriteLine(Sentence(results[0]));
        }

        foreach ((ChaosFailure distinct, int count) in results.SelectMany(result => result.Distinct))
        {
            Console.Out.WriteLine(Line(distinct, count));
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        if (baseline is not null)
        {
            json.WriteStartObject("baseline");
            json.WriteNumber("threads", baseline.Threads);
            json.WriteNumber("places", baseline.Places);
            json.WriteNumber("seconds", baseline.Duration.TotalSeconds);
            if (baseline.Failure is { } failure)
            {
                json.WritePropertyName("failure");
                Write(json, failure, 1);
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("policies");
        foreach (ChaosResult result in results)
        {
            Write(json, result);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ChaosResult result)
    {
        json.WriteStartObject();
        json.WriteString("policy", result.Policy.ToString());
        json.WriteNumber("runs", result.Runs);
        json.WriteNumber("failed", result.Failures.Count);
        if (result.FirstFailure is { } first)
        {
            json.WriteNumber("firstFailure", first);
        }

        json.WriteNumber("seconds", result.Elapsed.TotalSeconds);
        json.WriteNumber("runsPerSecond", Math.Round(result.RunsPerSecond, 1));
        json.WriteNumber("threads", result.Threads);
        json.WriteBoolean("interrupted", result.Interrupted);
        json.WriteStartArray("seeds");
        foreach (ChaosFailure failure in result.Failures)
        {
            json.WriteNumberValue(failure.Seed);
        }

        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach ((ChaosFailure failure, int count) in result.Distinct)
        {
            Write(json, failure, count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ChaosFailure failure, int count)
    {
        json.WriteStartObject();
        json.WriteString("kind", failure.Kind.ToString());
        json.WriteString("sentence", failure.Sentence);
        json.WriteNumber("count", count);
        json.WriteNumber("seed", failure.Seed);
        json.WriteString("run", failure.Run.Path);
        json.WriteString("replay", $"selfheal replay {Escaped.Word(failure.Run.Path)}");
        json.WriteEndObject();
    }

    private static string Sentence(ChaosResult result)
    {
        string rate = $"{Runs(result.Runs)}{(result.Interrupted ? " until interrupted" : "")}, {result.RunsPerSecond:0.0} runs/s";
        return result.FirstFailure is { } first
            ? $"{result.Policy}: {rate}, {result.Failures.Count} failed, the first is run {first}"
            : $"{result.Policy}: {rate}, none failed";
    }

    private static string Runs(int count) => count == 1 ? "1 run" : $"{count} runs";

    private static string Line(ChaosFailure failure, int count)
    {
        string run = Escaped.Word(RunDirectoryName.Shown(failure.Run.Path));
        string times = count > 1 ? $" ({count} runs)" : "";
        return $"seed {failure.Seed}: {failure.Sentence.TrimEnd('.')}{times}; run {run}; next: selfheal replay {run}";
    }

    private void WriteTable()
    {
        Table table = new Table().SimpleBorder();
        table.AddColumns("policy", "runs", "failed", "first failure", "runs/s", "seconds");
        for (int column = 1; column < table.Columns.Count; column++)
        {
            table.Columns[column].RightAligned();
        }

        foreach (ChaosResult result in results)
        {
            table.AddRow(
                Markup.Escape(result.Policy.ToString()), $"{result.Runs}", $"{result.Failures.Count}",
                result.FirstFailure is { } first ? $"{first}" : "-", $"{result.RunsPerSecond:0.0}", $"{result.Elapsed.TotalSeconds:0.00}");
        }

        Screen.Out.Write(table);
    }
}
