namespace SelfHeal;

/// <summary>The program could not be started: it is missing, not executable, static, setuid, or of another
/// architecture; or the launcher's set-up failed.</summary>
public sealed class ProgramNotStartedException : SelfHealException
{
    public ProgramNotStartedException() { }

    public ProgramNotStartedException(string message) : base(message) { }

    public ProgramNotStartedException(string message, Exception innerException) : base(message, innerException) { }

    public ProgramNotStartedException(string message, int exitCode) : base(message) => ExitCode = exitCode;

    /// <summary>As a shell would report it: 125 set-up failed, 126 cannot be executed, 127 not found.</summary>
    public int ExitCode { get; } = 127;
}
