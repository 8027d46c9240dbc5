namespace SelfHeal.Cli;

/// <summary>Ctrl-C or a termination signal ended the work; everything temporary has been cleaned up.</summary>
internal sealed class InterruptedException(int signal) : Exception("interrupted")
{
    public int ExitCode { get; } = 128 + signal;
}
