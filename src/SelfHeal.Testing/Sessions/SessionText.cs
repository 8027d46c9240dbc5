using System.Text;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Testing.Reports;

namespace SelfHeal.Testing.Sessions;

/// <summary>What a failed test says about its session. It fits on one screen, with the test's own message and stack; all
/// of the output is an attachment.</summary>
internal static class SessionText
{
    private const int Lines = 6;
    private const int Width = 110;

    /// <summary>The run that a failure is about: the last recorded one can be replayed; a plain one only shows what the
    /// original does.</summary>
    private static SessionRun? Last(IReadOnlyList<SessionRun> runs) =>
        runs.LastOrDefault(run => run.Result.Directory.Info.Mode != RunMode.Plain) ?? (runs.Count > 0 ? runs[^1] : null);

    public static string Describe(SessionOptions options, string directory, IReadOnlyList<SessionRun> runs)
    {
        string name = Path.GetFileName(options.Program);
        if (Last(runs) is not { } last)
        {
            return $"No run of {name} has ended. Seed {options.Seed}, runs in {directory}.";
        }

        return new StringBuilder()
            .Append($"Run {Path.GetFileName(last.Result.Directory.Path)}, of {runs.Count}: ")
            .Append(last.Failure?.Sentence ?? $"{name} ended with {last.Result.Exit}.").Append('\n')
            .Append(Tail(Output(last))).Append('\n')
            .Append(Diagnoser.ReplayHint(last.Result.Directory)).ToString();
    }

    /// <summary>What does not fit on a screen: the last run with its whole output, and what a search found.</summary>
    public static string Attachment(string directory, SessionRecord record)
    {
        var text = new StringBuilder().Append($"Runs: {directory}\n\n");
        if (Last(record.Runs) is { } last)
        {
            text.Append($"{Diagnoser.ReplayHint(last.Result.Directory)}\n\n```\n{Output(last)}\n```\n\n");
        }

        return text.Append(record.Heals.LastOrDefault() is { } heal ? HealReport.ToMarkdown(heal) : "").ToString();
    }

    /// <summary>All that the program printed: standard output, then standard error.</summary>
    private static string Output(SessionRun run) => run.Result.StandardOutput + run.Result.StandardError;

    /// <summary>The last lines of what a program printed, with a heading.</summary>
    public static string Tail(string output)
    {
        if (output.Length == 0)
        {
            return "It printed nothing.";
        }

        string[] lines = output.TrimEnd('\n').Split('\n');
        string head = lines.Length > Lines ? $"The last {Lines} of {lines.Length} lines that it printed" : "It printed";
        IEnumerable<string> shown = lines.TakeLast(Lines).Select(line => "    " + (line.Length > Width ? line[..Width] + "..." : line));
        return $"{head}:\n{string.Join('\n', shown)}";
    }
}
