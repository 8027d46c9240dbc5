using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Timelines;
using Xunit;

namespace SelfHeal.Tests.Reports;

/// <summary>Reports of real programs that were healed.</summary>
[Collection(SharedHealedRuns.Name)]
public sealed class HealedReportTests(HealedRuns runs)
{
    private const int Limit = 240_000;

    [Fact(Timeout = Limit)]
    public void A_run_directory_is_enough_for_the_same_report()
    {
        foreach (var result in runs.All)
        {
            ReportSession read = ReportSession.Read(RunDirectory.Open(result.Run.Path));
            HtmlReport.Render([read]).Should().Be(HtmlReport.Render([ReportSession.Of(result)]));
        }
    }

    [Fact(Timeout = Limit)]
    public void The_overflow_is_drawn_with_the_room_that_the_patch_makes()
    {
        HealReportDocument document = HealReportDocument.From(runs.Pad);
        HealReportDocument.OverflowPart overflow = document.Overflows[0];
        (overflow.Size, overflow.Extent).Should().Be((70, 230));
        overflow.Room.Should().BeGreaterThanOrEqualTo(230);
        document.Entries.Should().ContainSingle().Which.Hits.Should().Be(2, "both tables come from there");
        HtmlReport.Render([ReportSession.Of(runs.Pad)]).Should().Contain("230 bytes written beyond the end of a block of 70")
            .And.Contain("slack of malloc’s alignment, 10 bytes").And.Contain("2 of ");
    }

    [Fact(Timeout = Limit)]
    public void The_threads_are_shown_before_and_after()
    {
        IReadOnlyList<Timeline> timelines = HealReportDocument.From(runs.Hold).Timelines;
        timelines.Select(timeline => timeline.Fails).Should().Equal(true, false);
        Timeline failing = timelines[0], passing = timelines[1];
        int cut = Index(failing, step => step.Kind == TimelineStepKind.Interrupted && step.Where.Contains("sell "));
        int first = Index(failing, step => step.Role == 1), second = Index(failing, step => step.Role == 2);
        cut.Should().BeLessThan(second).And.BeGreaterThanOrEqualTo(0);
        second.Should().BeLessThan(first, "the second one comes first where it fails");
        Index(passing, step => step.Role == 1).Should().BeLessThan(Index(passing, step => step.Role == 2));
        passing.Steps.Should().Contain(step => step.Kind == TimelineStepKind.Held && step.IsHeld);
        timelines.Should().OnlyContain(timeline => timeline.Steps.Count <= Timeline.MaximumSteps && timeline.Steps[timeline.Steps.Count - 1].Kind == TimelineStepKind.End);
    }

    [Fact(Timeout = Limit)]
    public void The_guilty_part_of_the_request_is_marked_and_its_numbers_are_told()
    {
        HealReportDocument.DroppedPart dropped = HealReportDocument.From(runs.Drop).Dropped.Should().ContainSingle().Subject;
        IReadOnlyList<MarkedText> whole = HealReportDocument.From(runs.Drop).Marked[0].Whole;
        whole.Where(part => part.IsMarked).Should().Contain(part => part.Text.Contains("@@"));
        string.Concat(whole.Select(part => part.Text)).Should().Be("get <somebody>@@example.org please\\n");
        string html = HtmlReport.Render([ReportSession.Of(runs.Drop)]);
        html.Should().Contain("benign requests").And.Contain("variants that fail").And.Contain($"{dropped.Replays:N0} replays").And.Contain("&lt;somebody&gt;");
    }

    private static int Index(Timeline timeline, Predicate<TimelineStep> wanted) => timeline.Steps.ToList().FindIndex(wanted);
}
