using System.Buffers.Binary;
using FluentAssertions;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class TraceReaderTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void Records_are_read_with_their_frames()
    {
        File.WriteAllBytes(_directory.At("trace.bin"), [.. Record(2, 7, 0x10, 0x20), .. Record(3, 8)]);

        TraceRecord[] records = [.. TraceReader.Read(_directory.At("trace.bin"))];
        records.Select(r => (r.Kind, r.Number, r.Frames.Count)).Should().Equal((TraceKind.Allocation, 7, 2), (TraceKind.Free, 8, 0));
        records[0].Frames.Should().Equal(0x10, 0x20);
    }

    [Fact(Timeout = Limit)]
    public void A_truncated_trace_is_damage_at_every_length()
    {
        byte[] whole = Record(2, 7, 0x10, 0x20);
        for (int length = 1; length < whole.Length; length++)
        {
            File.WriteAllBytes(_directory.At("trace.bin"), whole[..length]);
            FluentActions.Invoking(() => TraceReader.Read(_directory.At("trace.bin")).Count())
                .Should().Throw<DamagedLogException>();
        }
    }

    [Fact(Timeout = Limit)]
    public void A_missing_trace_is_a_sentence() => FluentActions
        .Invoking(() => TraceReader.Read(_directory.At("trace.bin")).Count()).Should().Throw<DamagedLogException>();

    private static byte[] Record(ushort kind, long number, params ulong[] frames)
    {
        byte[] record = new byte[AbiLayout.TraceSize + (8 * frames.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(AbiLayout.TraceKind), kind);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(AbiLayout.TraceFrameCount), (ushort)frames.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(AbiLayout.TraceNumber), number);
        for (int i = 0; i < frames.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(AbiLayout.TraceSize + (8 * i)), frames[i]);
        }

        return record;
    }
}
