using SelfHeal.Diagnosis;
using SelfHeal.Hosts;

namespace SelfHeal.Testing.Reports;

/// <summary>One run of a session.</summary>
/// <param name="What">recorded, patched or plain.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Failure">Its classification, null for a plain run.</param>
internal sealed record SessionRun(string What, RunResult Result, Failure? Failure);
