namespace SelfHeal.Chaos;

/// <summary>The run as in production, before all chaos.</summary>
/// <param name="Failure">Null: it passed. Else the program fails without chaos, too.</param>
/// <param name="Threads">Threads started, the first one not counted.</param>
/// <param name="Places">Places at which a thread could have been switched out.</param>
/// <param name="Duration">Wall time.</param>
public sealed record ChaosBaseline(ChaosFailure? Failure, long Threads, long Places, TimeSpan Duration);
