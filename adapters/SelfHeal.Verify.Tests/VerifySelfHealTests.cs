using System.Runtime.CompilerServices;
using SelfHeal.Patches;
using VerifyXunit;
using Xunit;

namespace SelfHeal.Verify.Tests;

public sealed class VerifySelfHealTests
{
    [ModuleInitializer]
    internal static void Initialize() => VerifySelfHeal.Initialize();

    [Fact]
    public Task A_patch_is_a_snapshot_without_offsets_and_build_ids() => Verifier.Verify(PatchFile.Parse(
        """
        selfheal-patch 1
        module bc 7c1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f40
        <bc+0xa1c4 bc+0x8b0e> : Pad Allocation 512
        # bc_malloc util.c:577 < more_arrays storage.c:173

        """, "bc.ep"));
}
