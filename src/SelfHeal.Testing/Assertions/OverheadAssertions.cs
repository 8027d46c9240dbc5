using FluentAssertions.Execution;
using FluentAssertions.Primitives;
using SelfHeal.Measure;

namespace SelfHeal.Testing.Assertions;

/// <summary>Assertions about a measured overhead: the median ratio of interleaved pairs.</summary>
public sealed class OverheadAssertions(PairedMeasurement subject)
    : ReferenceTypeAssertions<PairedMeasurement, OverheadAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "the overhead";

    /// <summary>These assertions again.</summary>
    public OverheadAssertions And => this;

    /// <summary>The median ratio is at most this.</summary>
    public OverheadAssertions BeAtMost(double factor, string because = "", params object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(Subject is not null && Subject.Ratio <= factor)
            .FailWith("Expected {context:the overhead} to be at most {0}{reason}, but {1}", factor, new Text(Measured()));
        return this;
    }

    /// <summary>The base line took this many seconds or more: shorter runs measure only noise.</summary>
    public OverheadAssertions BeMeasuredOver(double seconds, string because = "", params object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(Subject is not null && Subject.MedianA >= seconds)
            .FailWith("Expected {context:the overhead} to be measured over {0} seconds or more{reason}, but {1}", seconds, new Text(Measured()));
        return this;
    }

    private string Measured() => Subject is null ? "nothing was measured."
        : $"it is {Subject.Ratio:0.000} ({Subject.Spread.Minimum:0.000} to {Subject.Spread.Maximum:0.000} in {Subject.A.Count} pairs, "
            + $"medians {Subject.MedianA:0.000} s and {Subject.MedianB:0.000} s).";
}
