using System.Runtime.InteropServices;

namespace SelfHeal.Cli;

/// <summary>Turns Ctrl-C, SIGTERM and SIGHUP into cancellation while SelfHeal itself works (replay, heal).</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    private Interruption()
    {
        _registrations =
        [
            Register(PosixSignal.SIGINT, 2), Register(PosixSignal.SIGTERM, 15), Register(PosixSignal.SIGHUP, 1),
        ];
    }

    /// <summary>Runs the work; a signal cancels it, waits for its clean-up, and ends in an InterruptedException.</summary>
    public static async Task<T> Guard<T>(Func<CancellationToken, Task<T>> work)
    {
        using Interruption interruption = new();
        try
        {
            return await work(interruption._source.Token);
        }
        catch (OperationCanceledException) when (interruption._signal != 0)
        {
            throw new InterruptedException(interruption._signal);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal kind, int number) =>
        PosixSignalRegistration.Create(kind, context =>
        {
            // The second one is for a user who does not want to wait for the clean-up.
            if (Interlocked.CompareExchange(ref _signal, number, 0) == 0)
            {
                context.Cancel = true;
                _source.Cancel();
            }
        });
}
