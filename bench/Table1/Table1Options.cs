using System.Globalization;

namespace SelfHeal.PaperTable;

/// <summary>The command line.</summary>
internal sealed record Table1Options
{
    private const string Usage =
        "usage: Table1 [--local] [--bug NAME]... [--pairs N] [--seconds N] [--processor N] [--json FILE] [--markdown FILE] [--html FILE]; bugs: ";

    /// <summary>On this machine, also where there is an image.</summary>
    public bool Local { get; init; }

    /// <summary>Bugs to measure, by the beginning of their names; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whole runs of each kind.</summary>
    public int Pairs { get; init; } = 3;

    /// <summary>How long the original takes, about: the paper's take 4 to 15 s.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>The processor that everything runs on; null: the last that is allowed.</summary>
    public int? Processor { get; init; }

    public string? Json { get; init; }

    public string? Markdown { get; init; }

    public string? Html { get; init; }

    /// <exception cref="Table1Exception">It is wrong.</exception>
    public static Table1Options Parse(string[] arguments)
    {
        List<string> only = [];
        var options = new Table1Options { Only = only };
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--local")
            {
                options = options with { Local = true };
                continue;
            }

            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            int number = int.TryParse(value, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
            options = arguments[i++] switch
            {
                "--bug" when Bugs.Selected([value]).Any() => Add(options, only, value),
                "--pairs" when number is > 0 and <= 100 => options with { Pairs = number },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 60 =>
                    options with { Seconds = seconds },
                "--processor" when number >= 0 => options with { Processor = number },
                "--json" when value.Length > 0 => options with { Json = value },
                "--markdown" when value.Length > 0 => options with { Markdown = value },
                "--html" when value.Length > 0 => options with { Html = value },
                _ => throw new Table1Exception(Usage + string.Join(", ", Bugs.All.Select(bug => bug.Name))),
            };
        }

        return options;
    }

    private static Table1Options Add(Table1Options options, List<string> only, string bug)
    {
        only.Add(bug);
        return options;
    }
}
