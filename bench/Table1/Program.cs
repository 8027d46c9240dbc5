using System.Diagnostics;
using BuggyServers.Mail;
using BuggyServers.MySql;
using SelfHeal;
using SelfHeal.PaperTable;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;

long start = Stopwatch.GetTimestamp();
try
{
    return await RunAsync(Table1Options.Parse(args)).ConfigureAwait(false);
}
catch (Exception error) when (error is Table1Exception or SelfHealException)
{
    Console.Error.WriteLine($"table1: {error.Message}");
    return 2;
}

async Task<int> RunAsync(Table1Options options)
{
    int processor = Pinning.Pin(options.Processor);
    string work = Directory.CreateTempSubdirectory("t1-").FullName; // short: sockets are made in it
    List<BugRow> rows = [];
    List<MissingRow> missing = [];
    List<ReportSession> reports = [];
    foreach (var (bug, i) in Bugs.Selected(options.Only).Select((bug, i) => (bug, i)))
    {
        void Say(string text) => Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(start).TotalSeconds,4:0} s] {bug.Name}: {text}");
        string directory = Path.Combine(work, $"{i}");
        try
        {
            var (row, report) = await new RowMeasurement(bug, options, processor, Say).TakeAsync(directory).ConfigureAwait(false);
            rows.Add(row);
            reports.Add(report);
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception error) when (error is Table1Exception or SelfHealException or MailSetUpException or MySqlSetUpException or TimeoutException)
        {
            Say($"not measured: {error.Message}");
            missing.Add(new MissingRow(bug.Name, error.Message));
        }
    }

    if (missing.Count == 0)
    {
        Directory.Delete(work, recursive: true);
    }
    else
    {
        Console.Error.WriteLine($"table1: the runs of what was not measured are in {work}");
    }

    var table = new Table1(Table1.CurrentVersion, DateTimeOffset.UtcNow, Machine.Describe(processor), rows) { Missing = missing };
    return Publish(options, table, reports);
}

static int Publish(Table1Options options, Table1 table, IReadOnlyList<ReportSession> reports)
{
    IReadOnlyList<string> missed = Targets.Missed(table);
    string markdown = MarkdownTable.Write(table, missed);
    Console.Out.Write(markdown);
    if (options.Json is { } json)
    {
        table.Save(json);
    }

    if (options.Markdown is { } file)
    {
        ReportFile.Save(file, markdown);
    }

    if (options.Html is { } html)
    {
        ReportFile.Save(html, HtmlReport.Render(reports, table));
    }

    return missed.Count == 0 ? 0 : 1;
}
