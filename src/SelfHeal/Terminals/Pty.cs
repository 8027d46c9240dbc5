using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SelfHeal.Terminals;

/// <summary>The two ends of a pseudo-terminal: ours is a descriptor, the program's a path. See pty(7).</summary>
internal sealed partial class Pty : IDisposable
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const int Interrupted = 4, Again = 11, IoError = 5;
    private const nuint SetWindowSize = 0x5414;
    private const short ReadyToRead = 1, ReadyToWrite = 4;
    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _wake;

    /// <exception cref="TerminalException">The machine has none to give.</exception>
    public Pty()
    {
        _master = posix_openpt(ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec);
        _wake = eventfd(0, CloseOnExec | NonBlocking);
        byte[] name = new byte[64];
        if (_master.IsInvalid || _wake.IsInvalid || grantpt(_master) < 0 || unlockpt(_master) < 0
            || ptsname_r(_master, name, (nuint)name.Length) != 0)
        {
            string why = Marshal.GetLastPInvokeErrorMessage();
            Dispose();
            throw new TerminalException($"No pseudo-terminal can be opened: {why} (is /dev/pts mounted?).");
        }

        Path = Encoding.UTF8.GetString(name.AsSpan(0, Array.IndexOf(name, (byte)0)));
    }

    /// <summary>Absolute; what the program opens as its terminal.</summary>
    public string Path { get; }

    public void Dispose()
    {
        _master.Dispose();
        _wake.Dispose();
    }

    /// <summary>Tells the program, too (SIGWINCH), if it has started.</summary>
    public void SetSize(int rows, int columns)
    {
        var size = new WindowSize { Rows = (ushort)rows, Columns = (ushort)columns };
        if (ioctl(_master, SetWindowSize, ref size) < 0)
        {
            throw new TerminalException($"{Path} does not take the size {rows} x {columns}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Ends a <see cref="Read"/> that waits, and all later ones.</summary>
    public void Wake()
    {
        try
        {
            _ = write(_wake, BitConverter.GetBytes(1UL), 8);
        }
        catch (ObjectDisposedException)
        {
            // nobody reads any more
        }
    }

    /// <summary>Waits for what the program writes. 0: it has closed its end, or <see cref="Wake"/> was called and nothing is
    /// left. Nothing is read before a program has opened its end.</summary>
    public int Read(byte[] buffer)
    {
        for (;;)
        {
            bool woken = Wait(ReadyToRead, -1);
            nint got = read(_master, buffer, (nuint)buffer.Length);
            int error = Marshal.GetLastPInvokeError();
            if (got >= 0 || error == IoError || (woken && error == Again))
            {
                return (int)Math.Max(got, 0);
            }

            if (error is not (Interrupted or Again))
            {
                throw new TerminalException($"{Path} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.");
            }
        }
    }

    /// <summary>Writes what the program can take now; how many bytes that were. Waits at most that long for the first.</summary>
    public int Write(ReadOnlySpan<byte> bytes, int limitMs)
    {
        for (bool waited = false; ; waited = true)
        {
            nint put = write(_master, bytes, (nuint)bytes.Length);
            int error = Marshal.GetLastPInvokeError();
            if (put >= 0 || (waited && error == Again))
            {
                return (int)Math.Max(put, 0);
            }

            if (error is not (Interrupted or Again))
            {
                throw new TerminalException($"{Path} cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            _ = Wait(ReadyToWrite, limitMs);
        }
    }

    // True: somebody has called Wake.
    private bool Wait(short what, int limitMs)
    {
        PollRequest[] requests =
        [
            new() { Descriptor = (int)_wake.DangerousGetHandle(), Events = ReadyToRead },
            new() { Descriptor = (int)_master.DangerousGetHandle(), Events = what },
        ];
        _ = poll(requests, (nuint)requests.Length, limitMs);
        return (requests[0].Results & ReadyToRead) != 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events, Results;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle eventfd(uint start, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle master);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(SafeFileHandle master, [Out] byte[] name, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle master, nuint request, ref WindowSize size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll([In, Out] PollRequest[] requests, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, [Out] byte[] buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint size);
}
