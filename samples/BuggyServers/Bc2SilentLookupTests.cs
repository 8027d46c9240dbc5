using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using SelfHeal.Testing;

namespace BuggyServers;

/// <summary>The paper's bc-2: lookup stores one pointer beyond its table. On 64-bit glibc it falls into malloc's slack,
/// so nothing fails, and only guard mode sees it.</summary>
public sealed class Bc2SilentLookupTests
{
    [HealFact(BcBuilds.Lookup, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task A_run_that_did_not_fail_is_found_to_damage_the_heap(HealSession session)
    {
        RunResult run = await session.RunAsync(BcInputs.ManyArrays(40));
        run.Should().Succeed();

        HealResult result = await session.HealAsync(run, new HealOptions { SecondOpinion = true });
        result.Failure.IsFailure.Should().BeFalse();
        result.Should().BeHealed().And.InTrials(1).And.HaveOverflow(bytes: 8, beyond: 256)
            .And.AgreeWithValgrind().And.LeaveNoOverflow().And.HavePatchedOutput(run.StandardOutput);
        await session.VerifyPatchAsync(result.Patch);
    }

    [HealFact(BcBuilds.Lookup, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task With_few_arrays_there_is_nothing_to_heal(HealSession session)
    {
        RunResult run = await session.RunAsync(BcInputs.ManyArrays(10));
        run.Should().Succeed();
        (await session.HealAsync(run)).Should().HaveNothingToHeal();
    }
}
