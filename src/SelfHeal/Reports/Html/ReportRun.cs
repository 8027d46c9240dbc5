namespace SelfHeal.Reports.Html;

/// <summary>One run of a session in a report.</summary>
/// <param name="What">recorded, patched or plain.</param>
/// <param name="End">How it ended.</param>
/// <param name="Failed">It failed.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Events">Events of its log.</param>
/// <param name="LogBytes">Bytes of its log.</param>
public sealed record ReportRun(string What, string End, bool Failed, double Seconds, long Events, long LogBytes);
