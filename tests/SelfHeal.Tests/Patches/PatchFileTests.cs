using System.Text;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using SelfHeal.Patches;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Patches;

public sealed class PatchFileTests : IDisposable
{
    private const int Limit = 60_000;
    private const string Good = """
        selfheal-patch 1
        module bc 7c1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f40
        <bc+0xa1c4 bc+0x8b0e> : Pad Allocation 512
        # bc_malloc util.c:577 < more_arrays storage.c:173
        # measured: 512 bytes beyond a block of 512, write at more_arrays storage.c:185

        """;

    private const string GoodHold = """
        selfheal-patch 1
        module libc.so.6 58254ca972028402bc40624f81388d85ec95f70d
        module mysqld 90ab1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f
        <libc.so.6+0x107a1a mysqld+0x3c41e2> : Hold Schedule 7
        # __open64 < reopen_log log.cc:2210
        # measured: switched out before open, 6 places before the log is open again

        """;

    private const string GoodDrop = """
        selfheal-patch 1
        module libc.so.6 58254ca972028402bc40624f81388d85ec95f70d
        module alpine 90ab1f0d0ab5a1f1a59a7fd0d7e0f36e1c4e1c2f
        <libc.so.6+0x10e12d alpine+0x2b1c0> : Drop Request imap
        pattern "* " number " FETCH "i * "From: =?"i [!->@-~]{1,} "?B?"i [+/-9A-Za-z]{1368,} "?=" *
        pattern * ("=" [0-9A-F]{2}){1026,} *
        answer "* OK dropped\r\n" {tag} " NO\r\n"
        expires 2027-01-31
        # measured: 2 replays
        <anywhere> : Drop Request imap
        pattern length{>=1000000} *

        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void The_example_of_the_format_page_is_read_and_written_as_it_is()
    {
        Patch patch = PatchFile.Parse(Good);

        patch.Entries.Should().ContainSingle().Which.Frames
            .Should().Equal(new PatchFrame("bc", 0xa1c4), new PatchFrame("bc", 0x8b0e));
        PatchFile.Write(patch).Should().Be(Good);
    }

    [Fact(Timeout = Limit)]
    public void The_hold_of_the_format_page_is_read_and_written_as_it_is()
    {
        Patch patch = PatchFile.Parse(GoodHold);

        HoldEntry hold = patch.Entries.Should().ContainSingle().Which.Should().BeOfType<HoldEntry>().Subject;
        hold.Places.Should().Be(7);
        hold.Comments.Should().HaveCount(2);
        PatchFile.Write(patch).Should().Be(GoodHold);
    }

    [Fact(Timeout = Limit)]
    public void The_drop_of_the_format_page_is_read_and_written_as_it_is()
    {
        Patch patch = PatchFile.Parse(GoodDrop);

        DropEntry drop = patch.Drops.First();
        drop.Framing.Should().Be(Framing.Imap);
        drop.Patterns.Should().HaveCount(2);
        drop.Answer!.For("a7 FETCH 1\r\n"u8).Should().Equal("* OK dropped\r\na7 NO\r\n"u8.ToArray());
        drop.Comments.Should().Equal("measured: 2 replays");
        drop.IsInForce(new DateOnly(2027, 1, 31)).Should().BeTrue();
        drop.IsInForce(new DateOnly(2027, 2, 1)).Should().BeFalse();
        patch.Drops.Last().Frames.Should().BeEmpty();
        PatchFile.Write(patch).Should().Be(GoodDrop);
    }

    [Theory(Timeout = Limit)]
    [InlineData("<anywhere> : Drop Request line", "p.ep:2: the drop above has no pattern line.")]
    [InlineData("<anywhere> : Drop Request lines\npattern *", "p.ep:2: \"lines\" is no framing: *")]
    [InlineData("<anywhere> : Drop Request line\npattern [", "p.ep:3: \"[\" is no pattern: a set is *")]
    [InlineData("<anywhere> : Drop Request line\npattern *\nanswer x", "p.ep:4: \"x\" is no answer: *")]
    [InlineData("<anywhere> : Drop Request line\npattern *\nexpires soon", "p.ep:4: a last day is YYYY-MM-DD*")]
    [InlineData("<anywhere> : Drop Request line\npattern *\n<anywhere> : Drop Request raw\npattern *", "p.ep:4: the drop of line 2 is for the same input and has another framing.")]
    [InlineData("<anywhere> : Pad Allocation 1", "p.ep:2: only a Drop Request can be anywhere.")]
    [InlineData("pattern *", "p.ep:2: pattern, answer and expires belong below a drop.")]
    public void A_malformed_drop_is_refused_with_one_sentence(string lines, string sentence) =>
        FluentActions.Invoking(() => PatchFile.Parse("selfheal-patch 1\n" + lines, "p.ep")).Should().Throw<PatchRefusedException>().WithMessage(sentence);

    [Fact(Timeout = Limit)]
    public void A_pad_and_a_hold_may_have_the_same_location()
    {
        Patch patch = PatchFile.Parse(
            "selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule 3\n<bc+0x1> : Pad Allocation 3\n<bc+0x2> : Hold Schedule 4\n");

        patch.Pads.Should().ContainSingle();
        patch.Holds.Select(hold => hold.Places).Should().Equal(3, 4);
        patch.Entries[0].Should().NotBe(patch.Entries[1]);
        patch.Entries[0].ToString().Should().Be("<bc+0x1> : Hold Schedule 3");
    }

    [Fact(Timeout = Limit)]
    public void A_byte_order_mark_and_CRLF_are_accepted() =>
        PatchFile.Parse('\uFEFF' + Good.Replace("\n", "\r\n")).Should().Be(PatchFile.Parse(Good));

    [Theory(Timeout = Limit)]
    [InlineData("", "p.ep: the first line*empty*")]
    [InlineData("selfheal-patch 2", "p.ep:1: this SelfHeal reads version 1*")]
    [InlineData("hello", "p.ep:1: the first line must be*")]
    [InlineData("selfheal-patch 1\nfoo bar", "p.ep:2: the directive \"foo\" is unknown.")]
    [InlineData("selfheal-patch 1\nmodule bc XYZ", "p.ep:2: a module line is*")]
    [InlineData("selfheal-patch 1\nmodule bc 1234567", "p.ep:2: a module line is*")]
    [InlineData("selfheal-patch 1\nmodule bc 123456789", "p.ep:2: a module line is*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\nmodule bc 12345678", "p.ep:3: the module bc is already given.")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Reboot Machine 3", "p.ep:3: the action \"Reboot Machine 3\" is unknown*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Pad Allocation", "p.ep:3: the action*unknown*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Pad Allocation 1073741825", "p.ep:3: the pad*not a number from 0*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Pad Allocation -1", "p.ep:3: the pad*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<> : Pad Allocation 1", "p.ep:3: a location has 1 to 16 frames*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1 : Pad Allocation 1", "p.ep:3: the location is not closed*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0XA> : Pad Allocation 1", "p.ep:3: *no frame*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0xA> : Pad Allocation 1", "p.ep:3: *no frame*")]
    [InlineData("selfheal-patch 1\n<bc+0x1> : Pad Allocation 1", "p.ep:2: no module line gives the build-id of bc.")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Pad Allocation 1\n<bc+0x1> : Pad Allocation 2", "p.ep:4: the entry of line 3 has the same location.")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1 bc+0x2> : Pad Allocation 1\n<bc+0x1> : Pad Allocation 2", "p.ep:4: its location overlaps with that of line 3*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule", "p.ep:3: the action*unknown*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule 0", "p.ep:3: the hold \"0\" is not a number of places from 1 to 1,000,000.")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule 1000001", "p.ep:3: the hold*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule 1\n<bc+0x1> : Hold Schedule 2", "p.ep:4: the entry of line 3 has the same location.")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n<bc+0x1> : Hold Schedule 1\n<bc+0x1 bc+0x2> : Hold Schedule 2", "p.ep:4: its location overlaps with that of line 3*")]
    [InlineData("selfheal-patch 1\nmodule bc 12345678\n <bc+0x1> : Pad Allocation 1", "p.ep:3: the directive*")]
    public void A_malformed_patch_is_refused_with_one_sentence(string text, string sentence) =>
        FluentActions.Invoking(() => PatchFile.Parse(text, "p.ep")).Should().Throw<PatchRefusedException>().WithMessage(sentence);

    [Fact(Timeout = Limit)]
    public void More_than_256_entries_are_refused()
    {
        string text = "selfheal-patch 1\nmodule bc 12345678\n"
            + string.Concat(Enumerable.Range(0, 257).Select(i => $"<bc+0x{i:x}> : Pad Allocation 1\n"));
        FluentActions.Invoking(() => PatchFile.Parse(text)).Should().Throw<PatchRefusedException>().WithMessage("*256 entries*");
    }

    [Fact(Timeout = Limit)]
    public void A_line_that_is_too_long_is_refused() => FluentActions
        .Invoking(() => PatchFile.Parse(Good + "#" + new string('x', 2048)))
        .Should().Throw<PatchRefusedException>().WithMessage("patch.ep:6: the line is longer*");

    [Fact(Timeout = Limit)]
    public void A_missing_file_is_a_sentence() => FluentActions.Invoking(() => PatchFile.Read(_directory.At("none.ep")))
        .Should().Throw<PatchRefusedException>().WithMessage("*none.ep cannot be read*");

    [Fact(Timeout = Limit)]
    public void A_binary_file_is_refused()
    {
        File.WriteAllBytes(_directory.At("p.ep"), [0xff, 0xfe, 0x00]);
        FluentActions.Invoking(() => PatchFile.Read(_directory.At("p.ep"))).Should().Throw<PatchRefusedException>();
    }

    /// <summary>1,000 random patches.</summary>
    [Fact(Timeout = Limit)]
    public void What_is_written_is_read_again() => Prop.ForAll(
        Arb.From(Patches()), patch => PatchFile.Parse(PatchFile.Write(patch)).Equals(patch))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>20,000 damaged patches, seed fixed: read, or refused with a sentence.</summary>
    [Fact(Timeout = Limit)]
    public void Any_damage_is_read_or_refused()
    {
        var random = new Random(99);
        string alphabet = "<>+:# \nabcx0189module\0\t\uFEFFPadHold";
        for (int round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder(round % 2 == 0 ? Good : GoodHold);
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(8), text.Length - at)),
                    1 => text.Insert(at, alphabet[random.Next(alphabet.Length)]),
                    _ => text.Insert(at, Good[random.Next(Good.Length)..]),
                };
            }

            try
            {
                Patch patch = PatchFile.Parse(text.ToString());
                PatchFile.Parse(PatchFile.Write(patch)).Should().Be(patch);
            }
            catch (PatchRefusedException error)
            {
                error.Message.Should().StartWith("patch.ep:").And.EndWith(".");
            }
        }
    }

    private static Gen<Patch> Patches() =>
        from names in Gen.SubListOf(["bc", "libc.so.6", "lib-x_1.so", "a+b"])
        from ids in Gen.Choose(0, int.MaxValue).ListOf(names.Count)
        from keys in Gen.Choose(0, 1_000_000).ListOf()
        from depth in Gen.Choose(1, 16)
        from bytes in Gen.Choose(0, 1 << 30)
        from places in Gen.Choose(1, 1_000_000)
        let modules = names.Select((name, i) => new PatchModule(name, ids[i].ToString("x8"))).ToArray()
        select new Patch(modules, names.Count == 0 ? [] :
        [
            .. keys.Distinct().Take(Patch.MaximumEntries).Select(key => Entry(
                [.. Enumerable.Range(0, depth).Select(i => new PatchFrame(names[(key + i) % names.Count], (ulong)(key + i)))],
                key % 2 == 0 ? null : places, bytes, key % 3 == 0 ? [] : [$"symbol {key}", "measured: x"])),
        ]);

    private static PatchEntry Entry(PatchFrame[] frames, int? places, int bytes, string[] comments) =>
        places is { } held ? new HoldEntry(frames, held, comments) : new PadEntry(frames, bytes, comments);
}
