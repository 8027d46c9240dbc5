namespace SelfHeal.Log;

/// <summary>What writer and reader of a log remember about its input, so that an event need not say it again (log_streams.h).</summary>
internal sealed class InputOrder
{
    private const int Known = 256;
    private readonly byte[] _before = new byte[Known], _behind = new byte[Known]; // each one's neighbours, the last time

    /// <summary>Descriptor of the last input; -1: none in this segment.</summary>
    public int Last { get; private set; } = -1;

    /// <summary>The one that is expected behind it; -1: none.</summary>
    public int Next { get; private set; } = -1;

    /// <summary>Bytes of the last input.</summary>
    public long Length { get; private set; }

    public void Clear()
    {
        (Last, Next, Length) = (-1, -1, 0);
        Array.Clear(_before);
        Array.Clear(_behind);
    }

    /// <param name="descriptor">-1: no input.</param>
    /// <param name="length">Bytes.</param>
    public void Note(int descriptor, long length)
    {
        if (descriptor < 0)
        {
            return;
        }

        Length = length;
        if (descriptor == Last)
        {
            return;
        }

        bool known = descriptor < Known && Last is >= 0 and < Known;
        Next = !known ? -1 : _behind[descriptor] == Last ? _before[descriptor] : _behind[descriptor];
        if (known)
        {
            _behind[Last] = (byte)descriptor;
            _before[descriptor] = (byte)Last;
        }

        Last = descriptor;
    }
}
