namespace SelfHeal.Bench;

/// <summary>The command line: <c>[--only GROUP]... [--json FILE] [--seconds N]</c>.</summary>
internal sealed record BenchOptions
{
    private const string Usage = "usage: Bench [--only GROUP]... [--json FILE] [--seconds N]; groups: ";

    /// <summary>Groups of rows to measure; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];
    public string? Json { get; init; }

    /// <summary>How long one run of a bc workload takes natively. Many short pairs stand drift better than few long ones.</summary>
    public double Seconds { get; init; } = 1;

    public static BenchOptions Parse(string[] arguments)
    {
        List<string> only = [];
        var options = new BenchOptions { Only = only };
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (arguments[i] == "--only" && value is not null && Bench.Groups.ContainsKey(value))
            {
                only.Add(value);
            }
            else if (arguments[i] == "--json" && value is not null)
            {
                options = options with { Json = value };
            }
            else if (arguments[i] == "--seconds" && double.TryParse(value, out double seconds) && seconds is > 0 and <= 60)
            {
                options = options with { Seconds = seconds };
            }
            else
            {
                throw new BenchException(Usage + string.Join(", ", Bench.Groups.Keys));
            }
        }

        return options;
    }
}
