using System.Text;
using SelfHeal.Schedules;

namespace SelfHeal.Log;

/// <summary>Turns the bytes of a control page into a snapshot; tolerant of counts that make no sense.</summary>
internal static class ControlDecoder
{
    /// <param name="page">At least <see cref="AbiLayout.ControlStructSize"/> bytes.</param>
    public static ControlSnapshot Decode(ReadOnlySpan<byte> page)
    {
        int overflowCount = (int)Math.Min(Little.U32(page, AbiLayout.ControlOverflowCount), AbiLayout.MaximumOverflows);
        var overflows = new List<OverflowRecord>(overflowCount);
        for (int i = 0; i < overflowCount; i++)
        {
            overflows.Add(Overflow(
                page.Slice(AbiLayout.ControlOverflows + (i * AbiLayout.OverflowStructSize), AbiLayout.OverflowStructSize)));
        }

        long live = Little.Count(page, AbiLayout.ControlLiveSince);
        int exit = Little.I32(page, AbiLayout.ControlExitCode);
        return new ControlSnapshot
        {
            Mode = (RunMode)Little.U32(page, AbiLayout.ControlMode),
            Flags = (RunFlags)Little.U32(page, AbiLayout.ControlFlags),
            Seed = Little.U64(page, AbiLayout.ControlSeed),
            SourceRun = Text(page.Slice(AbiLayout.ControlSourceRun, 1024)),
            PatchGeneration = Little.I32(page, AbiLayout.ControlPatchGeneration),
            PatchSeen = Little.I32(page, AbiLayout.ControlPatchSeen),
            PatchEntries = Little.I32(page, AbiLayout.ControlPatchEntries),
            PatchRefused = Little.U32(page, AbiLayout.ControlPatchRefused) != 0,
            PatchText = Text(page.Slice(AbiLayout.ControlPatchText, 256)),
            Hits = Hits(page),
            Status = (RunStatus)Little.U32(page, AbiLayout.ControlStatus),
            ProcessId = Little.I32(page, AbiLayout.ControlPid),
            StatusText = Text(page.Slice(AbiLayout.ControlStatusText, 512)),
            Events = Little.Count(page, AbiLayout.ControlEvents),
            InputBytes = Little.Count(page, AbiLayout.ControlInputBytes),
            LogBytes = Little.Count(page, AbiLayout.ControlLogBytes),
            Allocations = Little.Count(page, AbiLayout.ControlAllocations),
            Uncontrolled = Little.Count(page, AbiLayout.ControlUncontrolled),
            Children = Little.Count(page, AbiLayout.ControlChildren),
            Signals = Little.Count(page, AbiLayout.ControlSignals),
            InexactSignals = Little.Count(page, AbiLayout.ControlInexactSignals),
            SitesRewritten = Little.Count(page, AbiLayout.ControlSitesRewritten),
            SitesTrapped = Little.Count(page, AbiLayout.ControlSitesTrapped),
            Traps = Little.Count(page, AbiLayout.ControlTraps),
            Setup = TimeSpan.FromMicroseconds(Math.Min(Little.Count(page, AbiLayout.ControlSetupNs) / 1000, 1L << 50)),
            LiveSince = live == 0 ? null : live - 1,
            ExitCode = exit < 0 ? null : exit,
            FirstUncontrolled = Little.I32(page, AbiLayout.ControlFirstUncontrolled),
            Divergence = Divergence(page.Slice(AbiLayout.ControlDivergence, AbiLayout.DivergenceSize)),
            Failure = Failure(page.Slice(AbiLayout.ControlFailure, AbiLayout.FailureSize)),
            Overflows = overflows,
            Images = Little.I32(page, AbiLayout.ControlImages),
            OverflowsLost = Little.I32(page, AbiLayout.ControlOverflowLost),
            Policy = Policy.FromControl(page),
            Arrived = Little.I32(page, AbiLayout.ControlArrived),
            Threads = Little.Count(page, AbiLayout.ControlThreads),
            Switches = Little.Count(page, AbiLayout.ControlSwitches),
            Places = Little.Count(page, AbiLayout.ControlPlaces),
            InexactSwitches = Little.Count(page, AbiLayout.ControlInexactSwitches),
            Blocked = Blocked(page),
            BlockedLost = Little.I32(page, AbiLayout.ControlBlockedLost),
        };
    }

    private static long[] Hits(ReadOnlySpan<byte> page)
    {
        int count = (int)Math.Min(Little.U32(page, AbiLayout.ControlPatchEntries), AbiLayout.MaximumEntries);
        for (int i = count; i < AbiLayout.MaximumEntries; i++)
        {
            if (Little.U64(page, AbiLayout.ControlHits + (8 * i)) != 0)
            {
                count = i + 1;
            }
        }

        long[] hits = new long[count];
        for (int i = 0; i < count; i++)
        {
            hits[i] = Little.Count(page, AbiLayout.ControlHits + (8 * i));
        }

        return hits;
    }

    private static BlockedThread[] Blocked(ReadOnlySpan<byte> page)
    {
        var blocked = new BlockedThread[Math.Min(Little.U32(page, AbiLayout.ControlBlockedCount), AbiLayout.MaximumBlocked)];
        for (int i = 0; i < blocked.Length; i++)
        {
            ReadOnlySpan<byte> data = page.Slice(AbiLayout.ControlBlocked + (i * AbiLayout.BlockedSize), AbiLayout.BlockedSize);
            blocked[i] = new BlockedThread(
                Little.I32(data, AbiLayout.BlockedThread), Little.I32(data, AbiLayout.BlockedOperation),
                Little.U64(data, AbiLayout.BlockedObject), Stack(data[AbiLayout.BlockedStack..]));
        }

        return blocked;
    }

    private static CallStack Stack(ReadOnlySpan<byte> data)
    {
        int count = (int)Math.Min(Little.U32(data, AbiLayout.StackCount), AbiLayout.MaximumFrames);
        ulong[] addresses = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            addresses[i] = Little.U64(data, AbiLayout.StackPc + (8 * i));
        }

        return new CallStack(addresses, Little.U32(data, AbiLayout.StackTruncated) != 0);
    }

    private static OverflowRecord Overflow(ReadOnlySpan<byte> data) => new(
        (OverflowKind)Little.U32(data, AbiLayout.OverflowKind), Little.I32(data, AbiLayout.OverflowBlocks),
        Little.Count(data, AbiLayout.OverflowSize), Little.Count(data, AbiLayout.OverflowAllocation),
        Little.Count(data, AbiLayout.OverflowEvent), Little.I64(data, AbiLayout.OverflowFirst),
        Little.Count(data, AbiLayout.OverflowExtent), Stack(data[AbiLayout.OverflowAllocStack..]),
        Stack(data[AbiLayout.OverflowAccessStack..]));

    private static FailureRecord? Failure(ReadOnlySpan<byte> data)
    {
        if (Little.U32(data, AbiLayout.FailureKind) == 0)
        {
            return null;
        }

        ulong[] registers = new ulong[18];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = Little.U64(data, AbiLayout.FailureRegs + (8 * i));
        }

        return new FailureRecord(
            Little.I32(data, AbiLayout.FailureSigno), Little.I32(data, AbiLayout.FailureCode),
            Little.U64(data, AbiLayout.FailureAddress), Little.Count(data, AbiLayout.FailureEvent), registers,
            Stack(data[AbiLayout.FailureStack..]), Little.I32(data, AbiLayout.FailureThread),
            (FailureRecordKind)Little.U32(data, AbiLayout.FailureKind));
    }

    private static DivergenceRecord? Divergence(ReadOnlySpan<byte> data)
    {
        if (Little.U32(data, AbiLayout.DivergencePresent) == 0)
        {
            return null;
        }

        ulong[] arguments = new ulong[6];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Little.U64(data, AbiLayout.DivergenceActualArgs + (8 * i));
        }

        return new DivergenceRecord(
            Little.Count(data, AbiLayout.DivergenceEvent), Little.I32(data, AbiLayout.DivergenceLoggedCall),
            Little.I32(data, AbiLayout.DivergenceActualCall), arguments,
            Text(data.Slice(AbiLayout.DivergenceText, 256)), Stack(data[AbiLayout.DivergenceStack..]),
            Little.I32(data, AbiLayout.DivergenceThread));
    }

    private static string Text(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? data : data[..end]);
    }
}
