using System.Globalization;
using System.Text;
using SelfHeal.Reports.Tables;

namespace SelfHeal.PaperTable;

/// <summary>Table 1 with the paper's columns; its figures are under ours.</summary>
internal static class MarkdownTable
{
    private static readonly string[] Columns =
    [
        "bug", "Orig. (s)", "Logged (s)", "Logged / Orig.", "Trials", "Guard (s)", "Valgrind (s)", "Replay (s)", "To the patch (s)", "Environment change",
        "Potential trials", "Logged (s)", "Prevention (s)", "Prev. / Logged",
    ];

    public static string Write(Table1 table, IReadOnlyList<string> missed)
    {
        var text = new StringBuilder();
        Line(text, Columns);
        Line(text, [.. Columns.Select(_ => "---")]);
        foreach (BugRow row in table.Rows)
        {
            Line(text, Measured(row));
            if (row.Paper is { } paper)
            {
                Line(text, Of(paper, row));
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"\nGeometric means: logged / original {table.LoggedMean:0.000}, prevention / logged {table.PreventionMean:0.000}. ")
            .Append(CultureInfo.InvariantCulture, $"{table.Machine}, {table.Measured:yyyy-MM-dd HH:mm} UTC.\n");
        List(text, "Missed:", missed);
        List(text, "Notes:", [.. table.Rows.SelectMany(row => row.Notes.Where(note => !note.StartsWith("missed: ", StringComparison.Ordinal)).Select(note => $"{row.Name}: {note}"))]);
        return text.ToString();
    }

    private static string[] Measured(BugRow row) =>
    [
        row.Name, Spread(row.Original, "0.0"), Spread(row.Logged, "0.0"), Spread(row.LoggedRatio, "0.000"), $"{row.Trials}", Seconds(row.GuardDiagnosis),
        Seconds(row.ValgrindDiagnosis), Seconds(row.Replay), Seconds(row.TimeToPatch), row.Change, Count(row.PotentialTrials), Spread(row.Logged, "0.0"),
        Spread(row.Prevention, "0.0"), Spread(row.PreventionRatio, "0.000"),
    ];

    private static string[] Of(PaperRow paper, BugRow row) =>
    [
        "*paper*", Seconds(paper.Original), Seconds(paper.Logged), Ratio(row.PaperLoggedRatio), $"{paper.Trials}", "", Seconds(paper.Diagnosis),
        Seconds(paper.Replay), "", paper.Change ?? "", Count(paper.PotentialTrials), Seconds(paper.PreventionLogged), Seconds(paper.Prevention),
        Ratio(row.PaperPreventionRatio),
    ];

    private static void List(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            text.Append('\n').Append(title).Append("\n\n").AppendJoin('\n', lines.Select(line => "- " + line)).Append('\n');
        }
    }

    private static void Line(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Spread(Quartiles values, string format) =>
        FormattableString.Invariant($"{values.Median.ToString(format, CultureInfo.InvariantCulture)} ({values.Lower.ToString(format, CultureInfo.InvariantCulture)} to {values.Upper.ToString(format, CultureInfo.InvariantCulture)})");

    private static string Seconds(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";

    private static string Ratio(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";
}
