using FluentAssertions;
using SelfHeal.Patches;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Search;

public sealed class PadCandidateTests
{
    private static readonly Patch Mixed = PatchFile.Parse("""
        selfheal-patch 1
        module bc 12345678
        <bc+0x1> : Hold Schedule 7
        # measured: x
        <bc+0x1> : Pad Allocation 512
        <bc+0x2> : Hold Schedule 9
        <bc+0x3> : Pad Allocation 0

        """);

    [Fact]
    public void Twice_as_much_room_leaves_holds_as_they_are() => PatchFile.Write(PadCandidate.Double(Mixed)).Should().Be(
        PatchFile.Write(Mixed).Replace("Allocation 512", "Allocation 1024").Replace("Allocation 0", "Allocation 16"));

    [Fact]
    public void A_patch_of_holds_alone_cannot_be_doubled()
    {
        Patch holds = Mixed with { Entries = [.. Mixed.Holds] };
        PadCandidate.Double(holds).Should().Be(holds);
    }
}
