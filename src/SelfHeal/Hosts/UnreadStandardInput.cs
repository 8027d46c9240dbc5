using System.Runtime.InteropServices;

namespace SelfHeal.Hosts;

/// <summary>Takes over what a failed program left unread on the standard input that it shared with the engine.</summary>
internal static partial class UnreadStandardInput
{
    private const int Limit = 256 << 20;
    private const short ReadyToRead = 1;

    /// <summary>Saves the rest; nothing for a terminal, and of a pipe only what is there without waiting.</summary>
    public static void SaveTo(string path)
    {
        if (!Console.IsInputRedirected)
        {
            return;
        }

        using Stream input = Console.OpenStandardInput();
        using FileStream output = File.Create(path);
        byte[] buffer = new byte[1 << 16];
        while (output.Length < Limit && IsReady())
        {
            int got = input.Read(buffer);
            if (got <= 0)
            {
                break;
            }

            output.Write(buffer, 0, got);
        }
    }

    private static bool IsReady()
    {
        var wait = new PollRequest { Descriptor = 0, Events = ReadyToRead };
        return poll(ref wait, 1, 200) > 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int poll(ref PollRequest request, nuint count, int timeoutMs);
}
