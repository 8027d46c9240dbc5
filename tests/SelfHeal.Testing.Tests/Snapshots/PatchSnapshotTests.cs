using FluentAssertions;
using SelfHeal.Patches;
using SelfHeal.Testing.Snapshots;
using Xunit;

namespace SelfHeal.Testing.Tests.Snapshots;

public sealed class PatchSnapshotTests
{
    private const string File = """
        selfheal-patch 1
        module bc 9eb63712b586ac8ac33da2f2a294ec53098ac5c1
        <bc+0x9aa9 bc+0x81c0> : Pad Allocation 512
        # bc_malloc util.c:652 < more_arrays storage.c:173
        # measured: 512 bytes beyond a block of 512, write at bc+0x81f0

        """;

    [Fact]
    public void Offsets_and_build_ids_are_scrubbed_symbols_lines_and_sizes_stay() =>
        PatchSnapshot.Text(PatchFile.Parse(File)).Should().Be("""
            selfheal-patch 1
            module bc {build-id}
            <bc+{offset} bc+{offset}> : Pad Allocation 512
            # bc_malloc util.c:652 < more_arrays storage.c:173
            # measured: 512 bytes beyond a block of 512, write at bc+{offset}

            """);

    [Fact]
    public void A_rebuild_of_the_same_source_gives_the_same_snapshot()
    {
        string other = File.Replace("9eb63712", "00112233").Replace("0x9aa9", "0x1234").Replace("0x81f0", "0x4711");
        PatchSnapshot.Text(PatchFile.Parse(other)).Should().Be(PatchSnapshot.Text(PatchFile.Parse(File)));
    }

    [Fact]
    public void A_hold_keeps_its_symbols_and_places() => PatchSnapshot.Text(PatchFile.Parse("""
        selfheal-patch 1
        module libc.so.6 9eb63712b586ac8ac33da2f2a294ec53098ac5c1
        module mysqld 00112233
        <libc.so.6+0x107a1a mysqld+0x3c41e2> : Hold Schedule 7
        # __open64 < reopen_log log.cc:2210

        """)).Should().Be("""
        selfheal-patch 1
        module libc.so.6 {build-id}
        module mysqld {build-id}
        <libc.so.6+{offset} mysqld+{offset}> : Hold Schedule 7
        # libc.so.6 < reopen_log log.cc:2210

        """);

    [Theory]
    [InlineData("__GI___libc_read read.c:26 < __GI___libc_read read.c:24 < serve shop.c:50")]
    [InlineData("read < serve shop.c:50")]
    public void A_drop_is_the_same_with_and_without_the_librarys_symbols_and_however_long_the_search_took(string stack) => PatchSnapshot.Text(PatchFile.Parse($"""
        selfheal-patch 1
        module libc.so.6 9eb63712b586ac8ac33da2f2a294ec53098ac5c1
        module shop 00112233
        <libc.so.6+0x107a1a shop+0x41e2> : Drop Request line
        pattern "die\n"
        # {stack}
        # measured: request 2 of connection 1, 4 bytes (line): "die\n"; 0 of {stack.Length} benign requests match, and {stack.Length} of 15 failing variants (118 replays, 33.4 s)

        """)).Should().Be("""
        selfheal-patch 1
        module libc.so.6 {build-id}
        module shop {build-id}
        <libc.so.6+{offset} shop+{offset}> : Drop Request line
        pattern "die\n"
        # libc.so.6 < serve shop.c:50
        # measured: request 2 of connection 1, 4 bytes (line): "die\n"; 0 of {n} benign requests match, and {n} of {n} failing variants ({n} replays, {n} s)

        """);

    [HealFact(Servers.HealServerTests.Shop, Arguments = ["broken"])]
    public async Task A_patch_for_another_build_is_refused_with_a_sentence(HealSession session)
    {
        Patch patch = PatchFile.Parse(File.Replace("module bc", "module shop").Replace("bc+", "shop+"));
        const string Sentence = "patch.ep is for shop with build-id 9eb63712*, this shop is *: heal it again.";
        await FluentActions.Awaiting(() => session.RunPatchedAsync(patch, "")).Should().ThrowAsync<PatchRefusedException>().WithMessage(Sentence);
        await FluentActions.Awaiting(() => session.StartServerAsync(patch)).Should().ThrowAsync<PatchRefusedException>().WithMessage(Sentence);
        session.Runs.Should().BeEmpty();
    }

    [HealFact("/bin/cat")]
    public async Task The_snapshot_of_a_test_lies_beside_its_source(HealSession session) =>
        await session.VerifyPatchAsync(PatchFile.Parse(File));
}
