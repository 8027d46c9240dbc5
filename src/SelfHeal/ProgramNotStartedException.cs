namespace SelfHeal;

/// <summary>The program could not be started under the recorder: it is missing, not executable, static, setuid, or of another architecture.</summary>
public class ProgramNotStartedException : SelfHealException
{
    public ProgramNotStartedException() : base("The program could not be started under the recorder: it is missing, not executable, static, setuid, or of another architecture.") { }

    public ProgramNotStartedException(string message) : base(message) { }

    public ProgramNotStartedException(string message, Exception innerException) : base(message, innerException) { }
}
