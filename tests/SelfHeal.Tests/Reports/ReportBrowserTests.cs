using System.Text.Json.Nodes;
using FluentAssertions;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;
using Xunit;

namespace SelfHeal.Tests.Reports;

/// <summary>The report as people see it: in a real browser, on a screen and on a phone, in light and in dark.</summary>
[Collection(SharedHealedRuns.Name)]
public sealed class ReportBrowserTests(HealedRuns runs) : IDisposable
{
    private const int Limit = 240_000;
    private static readonly string Checks = File.ReadAllText(Path.Combine(Compiler.Repository, "tests", "SelfHeal.Tests", "Reports", "page_checks.js"));
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public Task One_healed_run_of_each_class_is_shown_whole_and_nothing_overlaps() =>
        LooksRightAsync([.. runs.All.Select(result => ($"healed-{result.Run.Info.Program.Split('/')[^1]}", HtmlReport.Render([ReportSession.Of(result)])))]);

    [Fact(Timeout = Limit)]
    public Task A_session_of_nine_with_Table_1_is_shown_whole_and_nothing_overlaps()
    {
        ReportSession[] sessions = [.. Enumerable.Range(0, 9).Select(i => ReportSession.Of(runs.All[i % 3]) with
        {
            Name = $"Session{i}Tests.The_failure_of_a_server_with_a_rather_long_name_is_healed_in_one_trial",
            Outcome = i == 4 ? "failed" : "passed",
            Error = i == 4 ? "Expected result to be healed, but it is not:\n" + new string('x', 300) : null,
            Runs = [new ReportRun("recorded", "It was killed by SIGABRT in more_arrays storage.c:186, after event 14.", true, 1.25, 1_234_567, 4_000_000)],
            Overheads = [new ReportOverhead("recorded / original", new Quartiles(0.99, 1.012, 1.04), 4.1, 4.15, 7)],
        })];
        return LooksRightAsync([("nine", HtmlReport.Render(sessions, Table1Tests.Example()))]);
    }

    [Fact(Timeout = Limit)]
    public Task Texts_from_outside_of_any_length_stay_in_their_boxes() =>
        LooksRightAsync([("nasty", HtmlReport.Render([HtmlReportTests.Filled(HtmlReportTests.Longest)], Table1Tests.Example()))]);

    [Fact(Timeout = Limit)]
    public async Task The_checks_of_this_class_see_what_is_wrong()
    {
        const string Page = """
            <!DOCTYPE html><meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin:0"><div style="width:2000px;height:20px">wide</div>
            <p style="position:absolute;top:50px">one two</p><p style="position:absolute;top:52px">three four</p><p style="color:#aaa">pale</p>
            <div style="overflow:hidden;width:30px;white-space:nowrap">much too long for that</div>
            """;
        await using Browser browser = await Browser.StartAsync();
        await browser.ShowAsync(_directory.Write("wrong.html", Page), 400, dark: false);
        string[] problems = [.. (await browser.EvaluateAsync(Checks))["problems"]!.AsArray().Select(problem => (string)problem!)];
        foreach (string expected in new[] { "scrolls sideways", "beyond the page", "overlaps", "contrast", "cut" })
        {
            problems.Should().Contain(problem => problem.Contains(expected));
        }
    }

    private async Task LooksRightAsync(IReadOnlyList<(string Name, string Html)> pages)
    {
        string pictures = Directory.CreateDirectory(Path.Combine(Compiler.Repository, "build", "report-pictures")).FullName;
        await using Browser browser = await Browser.StartAsync();
        foreach (var (name, html) in pages)
        {
            string file = _directory.Write(name + ".html", html);
            var backgrounds = new HashSet<(string Colour, bool Print)>();
            foreach (var (width, dark, print) in new[] { (1280, false, false), (1280, true, false), (400, false, false), (400, true, false), (720, false, true) })
            {
                await browser.ShowAsync(file, width, dark, print);
                JsonNode seen = await browser.EvaluateAsync(Checks);
                string picture = $"{name}-{width}-{(print ? "print" : dark ? "dark" : "light")}.png";
                byte[] png = await browser.PictureAsync();
                await File.WriteAllBytesAsync(Path.Combine(pictures, picture), png, TestContext.Current.CancellationToken);
                TestContext.Current.AddAttachment(picture, png, "image/png");
                seen["problems"]!.AsArray().Select(problem => (string)problem!).Should().BeEmpty($"{picture} is in {pictures}");
                ((int)seen["texts"]!).Should().BeGreaterThan(20);
                ((int)seen["scripts"]! + (int)seen["outside"]!).Should().Be(0, "the file needs nothing else");
                backgrounds.Add(((string)seen["background"]!, print));
            }

            backgrounds.Should().HaveCount(3, "light and dark differ");
        }
    }
}
