using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using SelfHeal.Testing;

namespace BuggyServers;

/// <summary>bc-2, genstr: generated code is printed into a buffer that nobody enlarges. On a pipe that is fed line by
/// line, bc answers the guilty request and dies with the next one.</summary>
public sealed class Bc2GenstrTests
{
    private const int Sigsegv = 11;
    private static readonly string[] Lines = BcInputs.ManyParameters(30).TrimEnd('\n').Split('\n');

    /// <summary>With an answer behind the definition: it tells when bc has read the line.</summary>
    private static readonly string Guilty = Lines[1] + " 3";

    [HealFact(BcBuilds.Genstr, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task It_fails_one_request_after_the_guilty_one_and_is_healed_in_one_trial(HealSession session)
    {
        // 1+1; define f(p0,...,p29) {...} 3; 2+2; f(0,...,29)
        await session.SendLineAsync(Lines[0]);
        (await session.WaitForAsync("\n")).Should().Be("2\n");
        await session.SendLineAsync(Guilty);
        (await session.WaitForAsync("\n")).Should().Be("3\n", "the guilty request is answered");
        await session.SendLineAsync(Lines[2]);
        RunResult failed = await session.FinishAsync();
        failed.Should().BeKilledBy(Sigsegv).And.Print("2\n3\n", "the next request is not");

        HealResult result = await session.HealAsync(failed, new HealOptions { SecondOpinion = true });
        result.Should().BeHealed().And.InTrials(1).And.AgreeWithValgrind();
        await session.VerifyPatchAsync(result.Patch);

        await session.Conversation.StartAsync(result.Patch);
        foreach (var (line, answer) in new[] { (Lines[0], "2\n"), (Guilty, "3\n"), (Lines[2], "4\n"), (Lines[3], "435\n") })
        {
            (await session.Conversation.RequestAsync(line)).Should().Be(answer);
        }

        (await session.FinishAsync()).Should().Succeed();
    }

    [HealFact(BcBuilds.Genstr, Arguments = ["-q"], Build = BcBuilds.Build)]
    public async Task The_same_patch_prevents_twenty_variants(HealSession session)
    {
        await session.RunAsync(BcInputs.ManyParameters());
        HealResult result = await session.HealAsync();

        foreach (string variant in BcInputs.ManyParametersVariants(20))
        {
            (await session.RunAsync(variant)).Should().BeKilledBy(Sigsegv);
            RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, variant);
            (await session.RunPatchedAsync(result.Patch, variant)).Should().Succeed().And.Print(right.StandardOutput);
        }
    }
}
