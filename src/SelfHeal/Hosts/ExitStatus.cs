namespace SelfHeal.Hosts;

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit status, null when a signal ended it.</param>
/// <param name="Signal">Signal number, null when it exited.</param>
public sealed record ExitStatus(int? Code, int? Signal)
{
    /// <summary>As a shell reports it: the exit status, or 128 + signal.</summary>
    public int ShellCode => Code ?? 128 + (Signal ?? 0);

    public bool IsSuccess => Code == 0;

    public override string ToString() =>
        Signal is { } signal ? $"killed by {Signals.Name(signal)}" : $"exit status {Code}";
}
