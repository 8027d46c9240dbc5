using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using SelfHeal.Testing;

namespace BuggyServers;

/// <summary>bc-2 on Debian's own package, not rebuilt: an open bug that a redefined function of the math library shows.</summary>
public sealed class Bc2RedefinedMathTests
{
    private const int Sigsegv = 11;

    [HealFact(BcBuilds.Stock, Arguments = ["-ql"], Build = "apt-get install bc")]
    public async Task The_stock_package_is_healed_in_one_trial(HealSession session)
    {
        string input = BcInputs.RedefinedMath();
        RunResult failed = await session.RunAsync(input);
        failed.Should().BeKilledBy(Sigsegv);

        HealResult result = await session.HealAsync(failed, new HealOptions { SecondOpinion = true });
        result.Should().BeHealed().And.InTrials(1).And.AgreeWithValgrind();
        result.Findings[0].Size.Should().Be(1792);

        RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, input);
        result.Should().HavePatchedOutput(right.StandardOutput);
        await session.VerifyPatchAsync(result.Patch);
    }

    [HealFact(BcBuilds.Stock, Arguments = ["-ql"], Build = "apt-get install bc")]
    public async Task The_same_patch_prevents_twenty_variants(HealSession session)
    {
        await session.RunAsync(BcInputs.RedefinedMath());
        HealResult result = await session.HealAsync();

        foreach (string variant in BcInputs.RedefinedMathVariants(20))
        {
            (await session.RunAsync(variant)).Should().BeKilledBy(Sigsegv);
            RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, variant);
            (await session.RunPatchedAsync(result.Patch, variant)).Should().Succeed().And.Print(right.StandardOutput);
        }
    }

    /// <summary>A limit that is told, not hidden: the invariant sees that room alone does not bring the right answer.</summary>
    [HealFact(BcBuilds.Stock, Arguments = ["-ql"], Build = "apt-get install bc")]
    public async Task A_call_of_the_function_beyond_the_table_is_not_healed_by_more_room(HealSession session)
    {
        RunResult failed = await session.RunAsync(BcInputs.RedefinedMath(callBeyond: true));
        failed.Should().BeKilledBy(Sigsegv);

        HealResult result = await session.HealAsync(failed, new HealOptions
        {
            Budget = 2,
            Invariant = Invariant.FromFunction(
                "no run-time error", run => run.StandardError.Contains("Runtime error") ? "bc reports a run-time error" : null),
        });
        result.Should().NotBeHealed();
        result.Trials.Select(trial => trial.Outcome).Should().OnlyContain(outcome => outcome.Contains("reports a run-time error"));
    }
}
