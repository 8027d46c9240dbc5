using System.Text;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Testing.Reports;

namespace SelfHeal.Testing.Sessions;

/// <summary>What a failed test says about its session.</summary>
internal static class SessionText
{
    private const int Lines = 12;

    public static string Describe(SessionOptions options, string directory, IReadOnlyList<SessionRun> runs)
    {
        string name = Path.GetFileName(options.Program);
        if (runs.Count == 0)
        {
            return $"No run of {name} has ended. Seed {options.Seed}, runs in {directory}.";
        }

        // the last recorded run can be replayed; a plain one only shows what the original does
        SessionRun last = runs.LastOrDefault(run => run.Result.Directory.Info.Mode != RunMode.Plain) ?? runs[^1];
        var text = new StringBuilder();
        text.Append($"Run {Path.GetFileName(last.Result.Directory.Path)}, of {runs.Count}: ")
            .Append(last.Failure?.Sentence ?? $"{name} ended with {last.Result.Exit}.").Append('\n');
        Tail(text, "output", last.Result.StandardOutput);
        Tail(text, "standard error", last.Result.StandardError);
        text.Append("All runs are kept in ").Append(directory).Append('\n');
        return text.Append(Diagnoser.ReplayHint(last.Result.Directory)).ToString();
    }

    private static void Tail(StringBuilder text, string what, string output)
    {
        if (output.Length == 0)
        {
            text.Append(what == "output" ? "It printed nothing.\n" : "");
            return;
        }

        string[] lines = output.TrimEnd('\n').Split('\n');
        string head = lines.Length > Lines ? $"The last {Lines} of {lines.Length} lines of its {what}" : $"Its {what}";
        text.Append(head).Append(":\n");
        foreach (string line in lines.TakeLast(Lines))
        {
            text.Append("    ").Append(line.Length > 200 ? line[..200] + "..." : line).Append('\n');
        }

    }
}
