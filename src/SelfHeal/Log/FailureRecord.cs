namespace SelfHeal.Log;

/// <summary>A fatal signal, or a deadlock, as the recorder saw it.</summary>
/// <param name="Signal">Signal number; 0 for a deadlock.</param>
/// <param name="Code">si_code.</param>
/// <param name="Address">si_addr.</param>
/// <param name="Event">Events completed before it.</param>
/// <param name="Registers">rax rbx rcx rdx rsi rdi rbp rsp r8..r15 rip rflags.</param>
/// <param name="Stack">Call stack at the fault.</param>
/// <param name="Thread">Number of the thread that failed, from 0.</param>
/// <param name="Kind">What the recorder saw.</param>
public sealed record FailureRecord(
    int Signal, int Code, ulong Address, long Event, IReadOnlyList<ulong> Registers, CallStack Stack,
    int Thread = 0, FailureRecordKind Kind = FailureRecordKind.Signal);
