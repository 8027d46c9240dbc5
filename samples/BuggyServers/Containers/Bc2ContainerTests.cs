using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Search;
using SelfHeal.Testing;
using Xunit;

namespace BuggyServers.Containers;

/// <summary>bc-2 of the paper in a container of its image: it answers the guilty request and dies with the next one.</summary>
[Trait("Servers", "containers")]
public sealed class Bc2ContainerTests
{
    private const int Sigsegv = 11;

    [HealFact("/opt/bc/bin/bc", Image = "selfheal/bc:genstr", Arguments = ["-q"])]
    public async Task The_overflow_is_healed_in_one_trial(HealSession session)
    {
        string[] lines = BcInputs.ManyParameters(30).TrimEnd('\n').Split('\n');
        string guilty = lines[1] + " 3"; // with an answer behind the definition: it tells when bc has read the line
        await session.SendLineAsync(guilty);
        (await session.WaitForAsync("\n")).Should().Be("3\n", "the guilty request is answered");
        await session.SendLineAsync(lines[2]);
        RunResult failed = await session.FinishAsync();
        failed.Should().BeKilledBy(Sigsegv);

        HealResult result = await session.HealAsync(failed);
        result.Should().BeHealed().And.InTrials(1);
        await session.VerifyPatchAsync(result.Patch); // the same as Bc2GenstrTests has

        RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, BcInputs.ManyParameters());
        (await session.RunPatchedAsync(result.Patch, BcInputs.ManyParameters())).Should().Succeed().And.Print(right.StandardOutput);
    }
}
