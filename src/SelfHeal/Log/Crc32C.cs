using System.Numerics;

namespace SelfHeal.Log;

/// <summary>CRC-32C (Castagnoli) as the recorder computes it: reflected, starting at 0, without final inversion.</summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        uint crc = 0;
        int i = 0;
        for (; i + 8 <= data.Length; i += 8)
        {
            crc = BitOperations.Crc32C(crc, Little.U64(data, i));
        }

        for (; i < data.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, data[i]);
        }

        return crc;
    }
}
