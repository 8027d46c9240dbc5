using System.Text;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Testing.Reports;

namespace SelfHeal.Testing.Sessions;

/// <summary>What a failed test says about its session. It is short, so that a failure fits on one screen: `dotnet test` tells
/// its message twice. All of it is an attachment.</summary>
internal static class SessionText
{
    private const int Lines = 4;
    private const int Width = 110;

    /// <summary>What ends the message of a failure: the seed, the run, and the command that replays it.</summary>
    public static string Describe(SessionOptions options, string directory, IReadOnlyList<SessionRun> runs) => Last(runs) is { } last
        ? $"seed {last.Result.Directory.Info.Seed}, replay with: {Diagnoser.ReplayCommand(last.Result.Directory)}"
        : $"No run of {Path.GetFileName(options.Program)} has ended. Seed {options.Seed}, runs in {directory}.";

    /// <summary>What the last run printed, shortened; null: there was none.</summary>
    public static string? LastOutput(IReadOnlyList<SessionRun> runs) => Last(runs) is { } last ? Tail(Output(last)) : null;

    /// <summary>The run that a failure is about: the last recorded one can be replayed; a plain one only shows what the
    /// original does.</summary>
    private static SessionRun? Last(IReadOnlyList<SessionRun> runs) =>
        runs.LastOrDefault(run => run.Result.Directory.Info.Mode != RunMode.Plain) ?? (runs.Count > 0 ? runs[^1] : null);

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
