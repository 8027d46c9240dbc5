namespace SelfHeal.Log;

/// <summary>One decoded event of the log.</summary>
/// <param name="Index">Number of the event, from 0.</param>
/// <param name="Code">System call number, or a value of <see cref="EventCode"/>.</param>
/// <param name="Check">Low 16 bits of the running CRC-32C over arguments and output.</param>
/// <param name="Result">The result; null when it was the call's own byte count (a full write).</param>
/// <param name="Descriptor">Descriptor of <paramref name="Input"/>, or -1.</param>
/// <param name="Input">Input bytes.</param>
/// <param name="Blob">What the call stored in the program's memory, or the record's payload.</param>
/// <param name="Segment">Number of the segment it was read from.</param>
/// <param name="Offset">Offset in that segment, in bytes.</param>
/// <param name="Thread">Number of the thread that did it, from 0. The event that ends an interval belongs to the thread
/// that is switched out.</param>
public sealed record LoggedEvent(
    long Index, int Code, ushort Check, long? Result, int Descriptor, ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Blob, int Segment, long Offset, int Thread = 0)
{
    /// <summary>Bytes that it takes in its segment.</summary>
    internal int Size { get; init; }

    /// <summary>In the check of an interval's end: the places are in the payload.</summary>
    internal const int ManyPlaces = 0x3fff;

    /// <summary>Name of the system call or event.</summary>
    public string Name => SystemCalls.Name(Code);

    /// <summary>Of an event that ends an interval: places that the thread passed in it; else 0.</summary>
    public long Places => !IsIntervalEnd ? 0
        : (Check & ManyPlaces) == ManyPlaces ? Little.I64(Blob.Span, 0) : Check & ManyPlaces;

    /// <summary>Of an event that ends an interval right before an allocation: that one's number, from 1; else null.</summary>
    public long? Allocation => IsIntervalEnd && Blob.Length == 16 ? Little.I64(Blob.Span, 8) : null;

    /// <summary>Of an event that ends an interval: the watchdog did, between two places.</summary>
    public bool IsInexact => IsIntervalEnd && (Check & 0x8000) != 0;

    /// <summary>Of an event that ends an interval: the thread waits, takes its time in a system call, or ends.</summary>
    public bool GivesUp => IsIntervalEnd && (Check & 0x4000) != 0;

    /// <summary>A thread execution interval ends here; <see cref="Result"/> is the next thread.</summary>
    public bool IsIntervalEnd => Code == (int)EventCode.Interval;

    /// <summary>It gave a descriptor to a client.</summary>
    public bool IsAccepted => this is { Code: SystemCalls.Accept or SystemCalls.Accept4, Result: >= 0 };

    public bool IsSystemCall => Code < (int)EventCode.Start;
}
