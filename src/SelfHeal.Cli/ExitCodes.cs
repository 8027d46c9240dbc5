namespace SelfHeal.Cli;

/// <summary>The exit codes of docs/cli.md. They are stable: scripts rely on them.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Negative = 1;
    public const int Usage = 2;
    public const int Diverged = 3;
    public const int Uncontrolled = 4;
    public const int Damaged = 5;
    public const int CannotSetUp = 6;
    public const int InternalError = 70;

    // record and run: as in env and timeout, so that the program's own codes stay free
    public const int RunNotSetUp = 125;
    public const int ProgramNotExecutable = 126;
    public const int ProgramNotFound = 127;
}
