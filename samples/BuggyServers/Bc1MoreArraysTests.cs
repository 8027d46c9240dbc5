using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Search;
using SelfHeal.Testing;

namespace BuggyServers;

/// <summary>bc-1 of the paper: more_arrays copies as many entries as there are variables, not arrays.</summary>
public sealed class Bc1MoreArraysTests
{
    private const int Sigabrt = 6;

    [HealFact(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task The_overflow_is_healed_in_one_trial(HealSession session)
    {
        RunResult failed = await session.RunAsync(BcInputs.MoreArrays(scalars: 92, arrays: 66));
        failed.Should().BeKilledBy(Sigabrt);

        HealResult result = await session.HealAsync(failed, new HealOptions { SecondOpinion = true });
        result.Should().BeHealed().And.InTrials(1).And.BlameTheAllocationIn("more_arrays")
            .And.HaveOverflow(bytes: 512, beyond: 512).And.AgreeWithValgrind().And.LeaveNoOverflow();

        RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, BcInputs.MoreArrays(scalars: 92, arrays: 66));
        result.Should().HavePatchedOutput(right.StandardOutput);
        await session.VerifyPatchAsync(result.Patch);
    }

    [HealFact(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task The_same_patch_prevents_twenty_variants(HealSession session)
    {
        await session.RunAsync(BcInputs.MoreArrays());
        HealResult result = await session.HealAsync();

        foreach (string variant in BcInputs.MoreArraysVariants(20))
        {
            (await session.RunAsync(variant)).Should().BeKilledBy(Sigabrt);
            RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, variant);
            (await session.RunPatchedAsync(result.Patch, variant)).Should().Succeed().And.Print(right.StandardOutput);
        }
    }

    [HealTheory(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    [Xunit.InlineData(130, 66)]
    [Xunit.InlineData(130, 100)]
    [Xunit.InlineData(200, 100)]
    [Xunit.InlineData(500, 100)]
    public async Task Where_doubling_does_not_suffice_the_measured_size_does(
        int scalars, int arrays, HealSession session = null!)
    {
        string input = BcInputs.MoreArrays(scalars, arrays);
        RunResult failed = await session.RunAsync(input);
        failed.Should().BeKilledBy(Sigabrt);

        HealResult result = await session.HealAsync(failed);
        result.Should().BeHealed().And.InTrials(1).And.BlameTheAllocationIn("more_arrays");

        RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, input);
        result.Should().HavePatchedOutput(right.StandardOutput);

        // a pad of 0 doubles the block: bc writes beyond that too, whether it dies of it or not, and is healed further
        Patch doubled = result.Patch! with { Entries = [.. result.Patch.Pads.Select(entry => entry with { Bytes = 0 })] };
        HealResult further = await session.HealAsync(await session.RunPatchedAsync(doubled, input));
        further.Should().BeHealed().And.BlameTheAllocationIn("more_arrays").And.HavePatchedOutput(right.StandardOutput);
    }

    [HealFact(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task Only_the_guilty_call_stack_gets_more_room_although_all_allocate_through_one_wrapper(HealSession session)
    {
        await session.RunAsync(BcInputs.MoreArrays());
        HealResult result = await session.HealAsync();
        result.Should().BeHealed();
        result.Patch!.Entries.Should().ContainSingle().Which.Frames.Should().HaveCount(2, "bc_malloc is the caller of malloc everywhere");

        RunResult patched = await session.RunPatchedAsync(result.Patch, BcInputs.MoreArrays());
        patched.Control.Hits.Should().ContainSingle().Which.Should().BeInRange(1, 6, "more_arrays allocates once per 32 arrays");
        patched.Control.Allocations.Should().BeGreaterThan(100 * patched.Control.Hits[0]);
    }

    [HealFact(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task A_workload_that_does_not_fail_has_nothing_to_heal(HealSession session)
    {
        RunResult run = await session.RunAsync(BcInputs.Workload(effort: 5));
        run.Should().Succeed().And.Print((await session.RunPlainAsync(BcInputs.Workload(effort: 5))).StandardOutput);

        HealResult result = await session.HealAsync(run);
        result.Should().HaveNothingToHeal();
    }

    /// <summary>An example of a limit on the overheads: wide enough for a busy machine, it only tells a disaster. The
    /// budgets are measured by `make bench`.</summary>
    [HealFact(BcBuilds.MoreArrays, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task Recording_and_prevention_stay_affordable(HealSession session)
    {
        await session.RunAsync(BcInputs.MoreArrays());
        HealResult result = await session.HealAsync();

        string workload = BcInputs.Workload(effort: 100);
        (await session.MeasureRecordingAsync(workload)).Should().BeMeasuredOver(seconds: 0.1).And.BeAtMost(1.5);
        (await session.MeasurePreventionAsync(result.Patch, workload)).Should().BeAtMost(1.5);
    }
}
