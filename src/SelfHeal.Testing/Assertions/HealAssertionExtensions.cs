using SelfHeal.Hosts;
using SelfHeal.Measure;
using SelfHeal.Search;
using SelfHeal.Testing.Assertions;

// Where the values are, so that `Should()` is found without a further using.
#pragma warning disable IDE0130
namespace SelfHeal.Testing;

/// <summary>FluentAssertions for the values of a session.</summary>
public static class HealAssertionExtensions
{
    /// <summary>The verdict of a search.</summary>
    public static HealAssertions Should(this HealResult? result) => new(result!);

    /// <summary>How a run ended.</summary>
    public static RunAssertions Should(this RunResult? run) => new(run!);

    /// <summary>A measured overhead.</summary>
    public static OverheadAssertions Should(this PairedMeasurement? measured) => new(measured!);
}
