using FluentAssertions.Execution;
using FluentAssertions.Primitives;
using SelfHeal.Diagnosis;
using SelfHeal.Search;

namespace SelfHeal.Testing.Assertions;

/// <summary>Assertions about a search: each one returns these, so that they read as one sentence.</summary>
public sealed class HealAssertions(HealResult subject) : ReferenceTypeAssertions<HealResult, HealAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "the search";

    /// <summary>These assertions again: <c>Should().BeHealed().And.InTrials(1)</c>.</summary>
    public HealAssertions And => this;

    /// <summary>A validated patch was found.</summary>
    public HealAssertions BeHealed(string because = "", params object[] becauseArgs) =>
        Verdict(HealVerdict.Healed, because, becauseArgs);

    /// <summary>The failure stays.</summary>
    public HealAssertions NotBeHealed(string because = "", params object[] becauseArgs) =>
        Verdict(HealVerdict.NotHealed, because, becauseArgs);

    /// <summary>There was no failure and no silent damage.</summary>
    public HealAssertions HaveNothingToHeal(string because = "", params object[] becauseArgs) =>
        Verdict(HealVerdict.NothingToHeal, because, becauseArgs);

    /// <summary>It took exactly so many trials.</summary>
    public HealAssertions InTrials(int expected, string because = "", params object[] becauseArgs) =>
        Trials(Subject?.Trials.Count == expected, $"{expected}", because, becauseArgs);

    /// <summary>It took so many trials or fewer.</summary>
    public HealAssertions InAtMostTrials(int limit, string because = "", params object[] becauseArgs) =>
        Trials(Subject?.Trials.Count <= limit, $"at most {limit}", because, becauseArgs);

    /// <summary>The worst overflow is of a block that this function allocated, directly or through a wrapper: one of the
    /// frames that the patch is keyed by, or one of the three innermost where there is no patch.</summary>
    public HealAssertions BlameTheAllocationIn(string function, string because = "", params object[] becauseArgs)
    {
        IEnumerable<StackFrame> guilty = Worst()?.AllocationStack.Take(Math.Max(3, Subject?.Patch?.Pads.FirstOrDefault()?.Frames.Count ?? 0)) ?? [];
        return Check(guilty.SelectMany(frame => frame.Locations).Any(location => location.Function == function),
            $"to blame the allocation in {function}", Found, because, becauseArgs);
    }

    /// <summary>The worst overflow is so many bytes beyond a block of so many.</summary>
    public HealAssertions HaveOverflow(long bytes, long beyond, string because = "", params object[] becauseArgs) =>
        Check(Worst() is { } worst && worst.Extent == bytes && worst.Size == beyond,
            $"to find {bytes} bytes beyond a block of {beyond}", Found, because, becauseArgs);

    /// <summary>Guard mode and valgrind name the same allocation (<see cref="HealOptions.SecondOpinion"/>).</summary>
    public HealAssertions AgreeWithValgrind(string because = "", params object[] becauseArgs) =>
        Check(Subject?.ValgrindAgrees == true, "to name the same allocation as valgrind", () => Subject?.Valgrind is { } valgrind
            ? $"guard mode says \"{Worst()?.Sentence}\" and valgrind \"{(valgrind.Findings.Count > 0 ? valgrind.Findings[0].Sentence : "nothing")}\""
            : "valgrind was not asked, or could not run", because, becauseArgs);

    /// <summary>No overflow is left with the patch.</summary>
    public HealAssertions LeaveNoOverflow(string because = "", params object[] becauseArgs) =>
        Check(Subject?.Remaining.Count == 0, "to leave no overflow",
            () => $"with the patch there is still \"{Subject?.Remaining[0].Sentence}\"", because, becauseArgs);

    /// <summary>The validating run printed exactly this.</summary>
    public HealAssertions HavePatchedOutput(string expected, string because = "", params object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(Subject?.PatchedRun is not null && Subject.PatchedOutput == expected)
            .FailWith("Expected the patched run to print {0}{reason}, but {1}", expected, Subject?.PatchedRun is null
                ? new Text($"there is none: {Outcome()}.") : new Text($"it printed \"{Subject.PatchedOutput}\"."));
        return this;
    }

    private HealAssertions Verdict(HealVerdict expected, string because, object[] becauseArgs) =>
        Check(Subject?.Verdict == expected, $"to end with {expected}", Outcome, because, becauseArgs);

    private HealAssertions Trials(bool holds, string expected, string because, object[] becauseArgs) =>
        Check(holds, $"to take {expected} trial(s)", () => $"it took {Subject?.Trials.Count}:"
            + string.Concat(Subject?.Trials.Select(trial => $"\n  {trial.Number}: {trial.Change}: {trial.Outcome}") ?? []), because, becauseArgs);

    private HealAssertions Check(bool holds, string expectation, Func<string> found, string because, object[] becauseArgs)
    {
        Execute.Assertion.BecauseOf(because, becauseArgs).ForCondition(holds)
            .FailWith($"Expected {Braces(Identifier)} {Braces(expectation)}{{reason}}, but {Braces(holds ? "" : found())}.");
        return this;
    }

    private string Outcome() => Subject is null ? "there is no result"
        : $"it ended with {Subject.Verdict}: {WithoutHint(Subject.Sentence)}";

    // the failure of a test tells seed, run and replay itself
    private static string WithoutHint(string sentence)
    {
        int hint = sentence.LastIndexOf("seed ", StringComparison.Ordinal);
        return (hint < 0 ? sentence : sentence[..hint]).TrimEnd(' ', '(', '.');
    }

    private string Found() => Worst() is { } worst ? $"it found \"{worst.Sentence}\"" : $"it found no overflow; {Outcome()}";

    private OverflowFinding? Worst() => Subject?.Findings.Count > 0 ? Subject.Findings[0] : null;

    private static string Braces(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
