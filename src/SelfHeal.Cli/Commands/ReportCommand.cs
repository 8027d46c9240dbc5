using System.CommandLine;
using SelfHeal.Cli.Output;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal report [RUN]... [--table1 FILE] [-o FILE]</c></summary>
internal static class ReportCommand
{
    private static readonly Argument<string[]> Runs = new("RUN")
    {
        Description = "run directories that were healed",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> OutputOption = new("--output", "-o")
    {
        Description = "where the report goes (default: RUN/heal/report.html of the first RUN; report.html without one)",
        HelpName = "FILE",
    };

    private static readonly Option<string?> TableOption = new("--table1")
    {
        Description = "also show the paper's Table 1 as measured: the JSON file that make table1 writes",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        Command command = new("report", "write what heal found as one HTML file to look at in a browser") { Runs, TableOption, OutputOption };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Runs) is not { Length: > 0 } && result.GetValue(TableOption) is null)
            {
                result.AddError("report takes RUN, or --table1 FILE");
            }
        });
        command.SetAction(Write);
        return command;
    }

    private static int Write(ParseResult parsed)
    {
        RunDirectory[] runs = [.. parsed.GetValue(Runs)!.Select(run => RunDirectory.Open(Path.GetFullPath(run)))];
        Table1? table = parsed.GetValue(TableOption) is { } file ? Table1.Read(file) : null;
        string path = Path.GetFullPath(parsed.GetValue(OutputOption) ?? (runs.Length > 0 ? runs[0].At(Path.Combine("heal", "report.html")) : "report.html"));
        ReportFile.Save(path, HtmlReport.Render([.. runs.Select(ReportSession.Read)], table));
        Console.Out.WriteLine($"report: {Escaped.Word(RunDirectoryName.Shown(path))}");
        return ExitCodes.Success;
    }
}
