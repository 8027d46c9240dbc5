namespace SelfHeal.Chaos;

/// <summary>What a driver says about the program.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Said">What it wrote.</param>
internal sealed record DriverVerdict(DriverOutcome Outcome, string Said)
{
    /// <summary>Its last line, which says what is wrong.</summary>
    public string LastLine => Said.Split('\n')[^1];
}
