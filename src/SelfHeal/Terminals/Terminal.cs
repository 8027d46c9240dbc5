using System.Text;
using SelfHeal.Hosts;

namespace SelfHeal.Terminals;

/// <summary>A terminal for one program: a pseudo-terminal, and a screen that shows what the program writes to it. It starts
/// nothing; <see cref="RunRequest.Terminal"/> gives it to a run. Several threads may use it.</summary>
public sealed class Terminal : IAsyncDisposable
{
    /// <summary>So long may a program take until it reads what was typed.</summary>
    public static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    private readonly Pty _pty = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TerminalEmulator _emulator;
    private readonly MemoryStream _answers = new();
    private readonly Task _reading;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TerminalScreen? _screen;

    private Terminal(int rows, int columns)
    {
        _emulator = new TerminalEmulator(rows, columns, answer => _answers.Write(answer));
        _pty.SetSize(rows, columns);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The path that a program opens as its terminal, absolute.</summary>
    public string Path => _pty.Path;

    /// <summary>What is seen now.</summary>
    public TerminalScreen Screen
    {
        get
        {
            lock (_lock)
            {
                return _screen ??= _emulator.Screen;
            }
        }
    }

    /// <summary>Completes when the program has closed its end (end of file), or has ended; all that it wrote is on the screen.</summary>
    public Task Ended => _reading;

    /// <param name="rows">Height, 1 to 1000.</param>
    /// <param name="columns">Width, 1 to 1000.</param>
    /// <exception cref="TerminalException">The machine has no pseudo-terminal to give.</exception>
    public static Terminal Open(int rows = 24, int columns = 80)
    {
        TerminalEmulator.CheckSize(rows, columns);
        return new Terminal(rows, columns);
    }

    /// <summary>Types the text, in UTF-8. The Enter key is \r, Escape \e, the end of a program's input \x04 (Ctrl-D).</summary>
    /// <exception cref="TerminalException">The program has closed the terminal, or reads nothing for <see cref="SendLimit"/>.</exception>
    public async Task SendAsync(string keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        await SendAsync(Encoding.UTF8.GetBytes(keys), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the text is on the screen; it may hold LF for a line's end.</summary>
    /// <exception cref="TerminalException">It did not come in time, or the program closed the terminal without it.</exception>
    public Task WaitForTextAsync(string text, TimeSpan limit, CancellationToken cancellationToken = default) =>
        WaitForAsync(screen => screen.Contains(text), $"the text \"{text}\"", limit, cancellationToken);

    /// <summary>Waits until the screen is as wanted; `what` says in words what that is.</summary>
    /// <exception cref="TerminalException">It was not in time, or the program closed the terminal before.</exception>
    public async Task WaitForAsync(
        Func<TerminalScreen, bool> wanted, string what, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        for (;;)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            bool ended = _reading.IsCompleted; // before the look at the screen, or the last change would be missed
            TerminalScreen screen = Screen;
            if (wanted(screen))
            {
                return;
            }

            if (ended)
            {
                throw new TerminalException($"The program closed the terminal while {what} was waited for.", screen);
            }

            try
            {
                await Task.WhenAny(changed, _reading).WaitAsync(timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TerminalException($"Waited {limit.TotalSeconds:0.###} s for {what} on the terminal, and it did not come.", Screen);
            }
        }
    }

    /// <summary>Another size; the program hears of it (SIGWINCH).</summary>
    public void Resize(int rows, int columns)
    {
        lock (_lock)
        {
            _emulator.Resize(rows, columns);
            _screen = null;
        }

        _pty.SetSize(rows, columns);
    }

    /// <summary>Hangs up: a program that still runs on it gets SIGHUP.</summary>
    public async ValueTask DisposeAsync()
    {
        await ProgramEndedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pty.Dispose();
    }

    /// <summary>The program has ended, and whoever still holds its terminal is not waited for.</summary>
    internal Task ProgramEndedAsync()
    {
        if (!_reading.IsCompleted)
        {
            _pty.Wake();
        }

        return _reading;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (bytes.Length > 0)
            {
                if (_reading.IsCompleted)
                {
                    throw new TerminalException("The program has closed the terminal: nothing can be typed any more.", Screen);
                }

                int put = _pty.Write(bytes.Span, 0);
                ReadOnlyMemory<byte> rest = bytes;
                put = put > 0 ? put : await Task.Run(() => _pty.Write(rest.Span, (int)SendLimit.TotalMilliseconds), cancellationToken).ConfigureAwait(false);
                if (put == 0 && !_reading.IsCompleted)
                {
                    throw new TerminalException($"The program has read nothing for {SendLimit.TotalSeconds} s: it cannot be typed to.", Screen);
                }

                bytes = bytes[put..];
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Read()
    {
        byte[] buffer = new byte[1 << 14];
        for (int got = 1; got > 0;)
        {
            got = _pty.Read(buffer);
            TaskCompletionSource changed;
            byte[] answers;
            lock (_lock)
            {
                _emulator.Write(buffer.AsSpan(0, got));
                _screen = null;
                answers = _answers.ToArray();
                _answers.SetLength(0);
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
            if (answers.Length > 0)
            {
                _ = _pty.Write(answers, 0); // as a real one: lost if the program reads nothing
            }
        }
    }
}
