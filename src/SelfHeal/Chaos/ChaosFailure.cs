using SelfHeal.Diagnosis;
using SelfHeal.Log;

namespace SelfHeal.Chaos;

/// <summary>A run that failed.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Kind">Class of the failure.</param>
/// <param name="Sentence">What happened, one sentence.</param>
/// <param name="Signature">Equal for failures that look the same: kind, place, and who waits for what.</param>
/// <param name="Run">The run, kept.</param>
public sealed record ChaosFailure(ulong Seed, FailureKind Kind, string Sentence, string Signature, RunDirectory Run);
