using System.Globalization;
using System.Text.Json;

namespace SelfHeal.Bench;

/// <summary>The measured rows as Markdown and as JSON.</summary>
internal static class Table
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Markdown(IReadOnlyList<Row> rows)
    {
        List<string[]> cells = [["what", "median", "middle half", "target", "", "note"]];
        cells.AddRange(rows.Select(row => new[]
        {
            row.What, Number(row.Median, row.Unit), $"{Number(row.Low, "")} to {Number(row.High, "")}",
            row.Target is { } target ? "<= " + Number(target, row.Unit) : "-",
            row.Met switch { true => "met", false => "MISSED", null => "" }, row.Note,
        }));
        int[] widths = [.. Enumerable.Range(0, 6).Select(column => cells.Max(line => line[column].Length))];
        var lines = cells.Select(line => Line(line, widths)).ToList();
        lines.Insert(1, Line([.. widths.Select(width => new string('-', Math.Max(width, 3)))], widths));
        return string.Join('\n', lines);
    }

    public static string Json(IReadOnlyList<Row> rows, string machine) => JsonSerializer.Serialize(
        new
        {
            version = 1,
            machine,
            rows = rows.Select(row => new
            {
                what = row.What, unit = row.Unit, median = row.Median, low = row.Low, high = row.High,
                target = row.Target, met = row.Met, note = row.Note, values = row.Values,
            }),
        },
        Indented);

    private static string Line(string[] cells, int[] widths) =>
        ("| " + string.Join(" | ", cells.Select((cell, column) => cell.PadRight(widths[column])))).TrimEnd() + " |";

    private static string Number(double value, string unit)
    {
        string digits = Math.Abs(value) switch
        {
            >= 100 => "0",
            >= 10 => "0.0",
            _ => unit is "x" or "" ? "0.000" : "0.00",
        };
        string number = value.ToString(digits, CultureInfo.InvariantCulture);
        return unit is "x" or "" ? number : $"{number} {unit}";
    }
}
