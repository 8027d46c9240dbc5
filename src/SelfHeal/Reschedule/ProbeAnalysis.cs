namespace SelfHeal.Reschedule;

/// <summary>What is known about one failing run.</summary>
/// <param name="Trace">Null: there was no other failing run.</param>
/// <param name="Experiment">Asks the server about its locations.</param>
/// <param name="Candidates">The likeliest first.</param>
internal sealed record ProbeAnalysis(ProbeTrace? Trace, ProbeExperiment? Experiment, IReadOnlyList<ProbeCandidate> Candidates);
