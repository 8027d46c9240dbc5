using SelfHeal.Log;
using SelfHeal.Reports.Html;

namespace SelfHeal.PaperTable;

/// <summary>A bug that was healed.</summary>
/// <param name="Failing">The failing run.</param>
/// <param name="FailingSeconds">How long it took.</param>
/// <param name="PatchPath">The validated patch.</param>
/// <param name="Trials">Changes that were tried.</param>
/// <param name="Change">In words.</param>
/// <param name="PotentialTrials">What could have been tried.</param>
/// <param name="TimeToPatch">From the failure to the validated patch, in seconds.</param>
/// <param name="Report">For the HTML report.</param>
internal sealed record Healing(
    RunDirectory Failing, double FailingSeconds, string PatchPath, int Trials, string Change, long PotentialTrials, double TimeToPatch,
    ReportSession Report);
