using System.Globalization;

namespace SelfHeal.Reschedule;

/// <summary>A schedule around the deciding pair, and what its runs showed.</summary>
/// <param name="Schedule">Which one, in words.</param>
/// <param name="Fails">It was found to fail.</param>
/// <param name="Failed">Of these runs, so many failed.</param>
/// <param name="Runs">Runs.</param>
public sealed record ExplanationCheck(string Schedule, bool Fails, int Failed, int Runs)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Schedule}: {(Fails ? $"fails, {Failed}" : $"passes, {Runs - Failed}")} of {Runs} runs");
}
