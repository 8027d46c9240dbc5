using SelfHeal.Reschedule;

namespace SelfHeal.Reports;

/// <summary>In a report: where a server's thread must not be switched out.</summary>
internal sealed record WindowPart(
    string Text, HealReportDocument.OperationPart First, HealReportDocument.OperationPart Last, HealReportDocument.OperationPart Interrupted,
    IReadOnlyList<string> Functions, IReadOnlyList<HealReportDocument.OperationPart> Others)
{
    public static WindowPart From(ProbeExplanation explanation) => new(
        explanation.ToString(), HealReportDocument.Explained(explanation.First), HealReportDocument.Explained(explanation.Last),
        HealReportDocument.Explained(explanation.Interrupted), explanation.Functions, [.. explanation.Others.Select(HealReportDocument.Explained)]);
}
