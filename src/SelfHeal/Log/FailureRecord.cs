namespace SelfHeal.Log;

/// <summary>A fatal signal as the recorder saw it.</summary>
/// <param name="Signal">Signal number.</param>
/// <param name="Code">si_code.</param>
/// <param name="Address">si_addr.</param>
/// <param name="Event">Events completed before it.</param>
/// <param name="Registers">rax rbx rcx rdx rsi rdi rbp rsp r8..r15 rip rflags.</param>
/// <param name="Stack">Call stack at the fault.</param>
public sealed record FailureRecord(
    int Signal, int Code, ulong Address, long Event, IReadOnlyList<ulong> Registers, CallStack Stack);
