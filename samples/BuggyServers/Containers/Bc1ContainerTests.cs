using SelfHeal.Hosts;
using SelfHeal.Replay;
using SelfHeal.Search;
using SelfHeal.Testing;
using FluentAssertions;
using Xunit;

namespace BuggyServers.Containers;

/// <summary>bc-1 of the paper in a container of its image: the same as outside, to the snapshot of the patch.</summary>
[Trait("Servers", "containers")]
public sealed class Bc1ContainerTests
{
    private const string Program = "/opt/bc/bin/bc";
    private const string Image = "selfheal/bc:more_arrays";
    private const int Sigabrt = 6;

    [HealFact(Program, Image = Image, Arguments = ["-q"])]
    public async Task The_overflow_is_healed_in_one_trial(HealSession session)
    {
        RunResult failed = await session.RunAsync(BcInputs.MoreArrays(scalars: 92, arrays: 66));
        failed.Should().BeKilledBy(Sigabrt);

        HealResult result = await session.HealAsync(failed);
        result.Should().BeHealed().And.InTrials(1).And.BlameTheAllocationIn("more_arrays")
            .And.HaveOverflow(bytes: 512, beyond: 512).And.LeaveNoOverflow();

        RunResult right = await session.RunReferenceAsync(BcBuilds.Fixed, BcInputs.MoreArrays(scalars: 92, arrays: 66));
        result.Should().HavePatchedOutput(right.StandardOutput);
        await session.VerifyPatchAsync(result.Patch); // the same as Bc1MoreArraysTests has
    }

    [HealFact(Program, Image = Image, Arguments = ["-q"])]
    public async Task A_conversation_is_replayed_exactly(HealSession session)
    {
        (await session.Conversation.RequestAsync("2^100")).Should().Be("1267650600228229401496703205376\n");
        (await session.Conversation.RequestAsync("1 + 1")).Should().Be("2\n");
        RunResult run = await session.FinishAsync();
        run.Should().Succeed();
        ReplayResult replay = await session.ReplayAsync(run);
        replay.IsExact.Should().BeTrue(replay.Sentence);
    }
}
