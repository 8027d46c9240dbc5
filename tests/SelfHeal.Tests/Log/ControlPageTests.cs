using System.Buffers.Binary;
using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class ControlPageTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void A_new_page_says_what_the_engine_asked_for()
    {
        ControlPage.Create(_directory.At("control"), RunMode.Replay, RunFlags.Guard | RunFlags.GoLive, 42, "/tmp/run");
        using ControlPage page = ControlPage.Open(_directory.At("control"));
        ControlSnapshot control = page.Read();

        control.Should().BeEquivalentTo(new ControlSnapshot
        {
            Mode = RunMode.Replay, Flags = RunFlags.Guard | RunFlags.GoLive, Seed = 42, SourceRun = "/tmp/run",
        });
    }

    [Fact(Timeout = Limit)]
    public void A_new_patch_generation_is_seen_by_the_other_side()
    {
        ControlPage.Create(_directory.At("control"), RunMode.Record, RunFlags.None, 0, "");
        using ControlPage engine = ControlPage.Open(_directory.At("control"));
        using ControlPage other = ControlPage.Open(_directory.At("control"));

        engine.BumpPatchGeneration().Should().Be(1);
        other.Read().PatchGeneration.Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public void An_overflow_is_read_with_both_stacks()
    {
        ControlPage.Create(_directory.At("control"), RunMode.Replay, RunFlags.Guard, 0, "");
        byte[] page = File.ReadAllBytes(_directory.At("control"));
        Span<byte> overflow = page.AsSpan(AbiLayout.ControlOverflows);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(AbiLayout.ControlOverflowCount), 1);
        BinaryPrimitives.WriteInt32LittleEndian(overflow, 1);
        BinaryPrimitives.WriteInt64LittleEndian(overflow[AbiLayout.OverflowSize..], 512);
        BinaryPrimitives.WriteInt64LittleEndian(overflow[AbiLayout.OverflowExtent..], 8);
        BinaryPrimitives.WriteInt32LittleEndian(overflow[AbiLayout.OverflowAllocStack..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(overflow[(AbiLayout.OverflowAllocStack + 8)..], 0x1234);
        File.WriteAllBytes(_directory.At("control"), page);

        OverflowRecord found = ControlPage.ReadFile(_directory.At("control")).Overflows.Should().ContainSingle().Subject;
        (found.Kind, found.Size, found.Extent).Should().Be((OverflowKind.WriteAfter, 512, 8));
        found.AllocationStack.Addresses.Should().Equal(0x1234);
        found.AccessStack.Addresses.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("uniprocessor")]
    [InlineData("random:250")]
    [InlineData("pct:5:12345678901")]
    [InlineData("pos")]
    public void The_policy_is_read_as_it_was_written(string policy)
    {
        ControlPage.Create(_directory.At("control"), RunMode.Record, RunFlags.None, 1, "", Policy.Parse(policy));
        ControlPage.ReadFile(_directory.At("control")).Policy.ToString().Should().Be(policy);
    }

    [Fact(Timeout = Limit)]
    public void A_deadlock_is_read_with_who_waits_for_what()
    {
        ControlPage.Create(_directory.At("control"), RunMode.Record, RunFlags.EndDeadlock, 0, "");
        byte[] page = File.ReadAllBytes(_directory.At("control"));
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(AbiLayout.ControlFailure + AbiLayout.FailureKind), 2);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(AbiLayout.ControlFailure + AbiLayout.FailureThread), 3);
        BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(AbiLayout.ControlBlockedCount), 2);
        Span<byte> second = page.AsSpan(AbiLayout.ControlBlocked + AbiLayout.BlockedSize);
        BinaryPrimitives.WriteInt32LittleEndian(second[AbiLayout.BlockedThread..], 3);
        BinaryPrimitives.WriteInt32LittleEndian(second[AbiLayout.BlockedOperation..], (int)SynchronizationOperation.MutexLock);
        BinaryPrimitives.WriteInt64LittleEndian(second[AbiLayout.BlockedObject..], 0x5000);
        BinaryPrimitives.WriteInt32LittleEndian(second[AbiLayout.BlockedStack..], 1);
        File.WriteAllBytes(_directory.At("control"), page);

        ControlSnapshot control = ControlPage.ReadFile(_directory.At("control"));
        (control.Failure!.Kind, control.Failure.Thread).Should().Be((FailureRecordKind.Deadlock, 3));
        control.Blocked.Should().HaveCount(2);
        (control.Blocked[1].Thread, control.Blocked[1].OperationName, control.Blocked[1].Address, control.Blocked[1].Stack.Addresses.Count)
            .Should().Be((3, "mutex_lock", 0x5000, 1));
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(65535)]
    public void A_short_page_is_damage(int length)
    {
        File.WriteAllBytes(_directory.At("control"), new byte[length]);
        FluentActions.Invoking(() => ControlPage.Open(_directory.At("control")))
            .Should().Throw<DamagedRunException>().WithMessage("*control*damaged*");
    }

    [Fact(Timeout = Limit)]
    public void Another_version_is_refused()
    {
        ControlPage.Create(_directory.At("control"), RunMode.Record, RunFlags.None, 0, "");
        byte[] page = File.ReadAllBytes(_directory.At("control"));
        page[AbiLayout.ControlAbiVersion] = 77;
        File.WriteAllBytes(_directory.At("control"), page);
        FluentActions.Invoking(() => ControlPage.ReadFile(_directory.At("control")))
            .Should().Throw<DamagedRunException>().WithMessage("*version 77*");
    }

    /// <summary>2,000 pages of random bytes behind a good header, seed fixed.</summary>
    [Fact(Timeout = Limit)]
    public void Random_bytes_never_crash_the_decoder()
    {
        var random = new Random(5);
        byte[] page = new byte[AbiLayout.ControlPageSize];
        for (int round = 0; round < 2_000; round++)
        {
            random.NextBytes(page);
            ControlDecoder.Decode(page).Overflows.Count.Should().BeLessThanOrEqualTo(AbiLayout.MaximumOverflows);
        }
    }
}
