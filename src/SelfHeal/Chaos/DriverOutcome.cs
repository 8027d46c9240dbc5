namespace SelfHeal.Chaos;

/// <summary>How a driver ended.</summary>
internal enum DriverOutcome
{
    Fine,
    Violated,
    Died,
    TimedOut,
}
