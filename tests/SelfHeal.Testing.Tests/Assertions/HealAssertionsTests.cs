using FluentAssertions;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Testing.Tests.Assertions;

public sealed class HealAssertionsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_holds_reads_as_one_sentence() =>
        Values.Healed(_directory).Should().BeHealed().And.InTrials(1).And.InAtMostTrials(2)
            .And.BlameTheAllocationIn("more_arrays").And.HaveOverflow(bytes: 512, beyond: 512).And.LeaveNoOverflow();

    [Fact]
    public void A_verdict_that_differs_tells_the_sentence_of_the_search() =>
        Failing(Values.NotHealed(_directory), result => result.Should().BeHealed("the patch is known"))
            .Should().Be("Expected the search to end with Healed because the patch is known, "
                + "but it ended with NotHealed: bc is not healed: a {brace} and nothing else.");

    [Fact]
    public void Too_many_trials_are_listed() =>
        Failing(Values.Healed(_directory), result => result.Should().InTrials(2))
            .Should().Be("Expected the search to take 2 trial(s), but it took 1:\n  1: <bc+0x10> : Pad Allocation 512: avoided.");

    [Fact]
    public void Another_allocation_is_told_with_its_stack() =>
        Failing(Values.Healed(_directory), result => result.Should().BlameTheAllocationIn("lookup"))
            .Should().Contain("to blame the allocation in lookup, but it found \"512 bytes written beyond a block of 512")
            .And.Contain("more_arrays storage.c:173");

    [Fact]
    public void Where_valgrind_was_not_asked_that_is_said() =>
        Failing(Values.Healed(_directory), result => result.Should().AgreeWithValgrind())
            .Should().Contain("but valgrind was not asked, or could not run.");

    [Fact]
    public void Where_there_is_no_patched_run_that_is_said() =>
        Failing(Values.NotHealed(_directory), result => result.Should().HavePatchedOutput("1\n"))
            .Should().StartWith("Expected the patched run to print \"1").And.Contain("but there is none: it ended with NotHealed");

    private static string Failing(HealResult result, Action<HealResult> assertion) =>
        FluentActions.Invoking(() => assertion(result)).Should().Throw<Exception>().Which.Message;
}
