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
public sealed record LoggedEvent(
    long Index, int Code, ushort Check, long? Result, int Descriptor, ReadOnlyMemory<byte> Input,
    ReadOnlyMemory<byte> Blob, int Segment, long Offset)
{
    /// <summary>Name of the system call or event.</summary>
    public string Name => SystemCalls.Name(Code);

    public bool IsSystemCall => Code < (int)EventCode.Start;
}
