using System.Xml.Linq;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;
using SelfHeal.Reports.Timelines;
using Xunit;

namespace SelfHeal.Tests.Reports;

public sealed class HtmlReportTests
{
    internal const string Longest = "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww www "
        + "/a/path/that/goes/on/and/on/and/never/seems/to/come/to/an/end/until/it/does 一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";

    [Fact]
    public void Texts_from_outside_never_become_markup()
    {
        string[] shape = Shape(HtmlReport.Render([Filled("plain")], Table1Tests.Example()));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<string?>(text =>
            Shape(HtmlReport.Render([Filled("x" + text)], Table1Tests.Example())).SequenceEqual(shape)));
    }

    [Theory]
    [InlineData("</style><script>alert(1)</script>")]
    [InlineData("\" onload=\"alert(1)")]
    [InlineData("<!-- & &amp; ]]>")]
    [InlineData("\ud800 \0 \u001b[31m \u202e \uffff")]
    public void Hostile_texts_are_shown_as_text(string text)
    {
        string html = HtmlReport.Render([Filled(text)], Table1Tests.Example());
        Shape(html).Should().Equal(Shape(HtmlReport.Render([Filled("plain")], Table1Tests.Example())));
        html.Should().NotContain("<script").And.NotContain("\u202e").And.NotContain("\0").And.NotContain("\u001b");
        XElement body = Parse(html);
        body.Descendants().SelectMany(element => element.Attributes()).Select(attribute => attribute.Name.LocalName)
            .Should().NotContain(name => name.StartsWith("on"));
    }

    [Fact]
    public void Nothing_is_asked_of_the_network()
    {
        XElement page = Parse(HtmlReport.Render([Filled("plain"), Filled("plain")], Table1Tests.Example()));
        page.Descendants().Select(element => element.Name.LocalName).Should().NotContain(["script", "link", "img", "iframe", "object", "image", "use"]);
        page.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src")
            .Should().OnlyContain(attribute => attribute.Value.StartsWith('#'));
        page.Value.Should().NotContain("url(").And.NotContain("@import");
    }

    [Fact]
    public void Several_sessions_have_an_index_that_leads_to_each()
    {
        XElement page = Parse(HtmlReport.Render([Filled("one"), Filled("two")], Table1Tests.Example()));
        string[] targets = [.. page.Descendants().Attributes("href").Select(attribute => attribute.Value.TrimStart('#'))];
        targets.Should().Equal("s1", "s2", "table1");
        page.Descendants().Attributes("id").Select(attribute => attribute.Value).Should().Contain(targets);
    }

    [Fact]
    public void Headings_go_down_by_one_level_at_a_time()
    {
        int[] levels = [.. Parse(HtmlReport.Render([Filled("one"), Filled("two")], Table1Tests.Example())).Descendants()
            .Select(element => element.Name.LocalName).Where(name => name.Length == 2 && name[0] == 'h' && char.IsDigit(name[1])).Select(name => name[1] - '0')];
        levels[0].Should().Be(1);
        levels.Zip(levels.Skip(1), (before, after) => after - before).Max().Should().Be(1);
    }

    /// <summary>A session with a heal result that has everything, each text of which is the given one.</summary>
    internal static ReportSession Filled(string text)
    {
        HealReportDocument.FramePart[] stack = [new(text, 0x1234, text, text, 12), new(null, 0, null, null, 0), new(text, 1, "main", text, 3)];
        HealReportDocument.OverflowPart Overflow(string kind, long? room) => new(kind, text, 70, 230, 70, 2, stack, stack) { Room = room };
        MarkedText[] bytes = [new(text, true), new(text, false), new(text, true, IsGap: true)];
        HealReportDocument.OperationPart operation = new(1, 5, text, text, 0x5555, stack);
        Timeline timeline = new(text, text, true, [0, 1, 117],
        [
            new(TimelineStepKind.Folded, null, text), new(TimelineStepKind.Operation, 0, text, text, Role: 1), new(TimelineStepKind.Interrupted, 0, text, text),
            new(TimelineStepKind.Operation, 1, text, text, Role: 2), new(TimelineStepKind.Held, 117, text, text, IsHeld: true),
            new(TimelineStepKind.Operation, 117, text, IsHeld: true), new(TimelineStepKind.End, null, text),
        ]);
        var heal = new HealReportDocument(
            1, "healed", text, text, text, 7, new(text, text, null, 11, stack),
            [Overflow("writeAfter", 512), Overflow("writeSlack", null), Overflow("writeBefore", null), Overflow("writeFreed", null), Overflow("readAfter", 100)],
            [Overflow("writeAfter", null)], [new(1, text, true, true, text, 0.5), new(2, text, false, false, text, 12.5)],
            text, text, new(text, 0, null, 0.1, [3], 77, 12), new Dictionary<string, double> { ["diagnose"] = 0.1, ["trial"] = 10.5, [text] = 0 }, 0.5,
            new(true, 0.7, []), new(true, 250, 6.3, null, new(text, true, text, operation, operation, text, [text], [new(text, true, 3, 3), new(text, false, 0, 3)])),
            [new(text, text, 5, 3, 48, text, 41, [text, text], text, 2000, 0, 50, 50, 120, 30.3, [text], 400, 50, 9.5)])
        {
            Recorded = new([text], text, text, text, DateTimeOffset.UnixEpoch, 0.2, 12_345, 99_999, 55, 77, 118, 4_000),
            Entries = [new(text, text, [text], 3, text)],
            Timelines = [timeline, timeline with { Fails = false }],
            Marked = [new(bytes, bytes)],
            Window = new(text, operation, operation, operation, [text], [operation]),
        };
        return new ReportSession(text)
        {
            Outcome = "failed",
            Error = text,
            Program = text,
            Heals = [heal],
            Runs = [new(text, text, true, 1.5, 100, 200)],
            Overheads = [new(text, new Quartiles(0.9, 1.1, 1.2), 1, 1.1, 5)],
        };
    }

    private static XElement Parse(string html) => XDocument.Parse(html["<!DOCTYPE html>".Length..]).Root!;

    /// <summary>Names of all elements and attributes, in their order. Lines of a picture, and where a name may break, depend on the text.</summary>
    private static string[] Shape(string html) =>
    [
        .. Parse(html).Descendants().Where(element => element.Name.LocalName is not ("text" or "wbr"))
            .Select(element => $"{element.Name.LocalName} {string.Join(' ', element.Attributes().Select(attribute => attribute.Name.LocalName))}"),
    ];
}
