namespace SelfHeal;

/// <summary>A patch file is malformed or is for another build of the program.</summary>
public class PatchRefusedException : SelfHealException
{
    public PatchRefusedException() : base("A patch file is malformed or is for another build of the program.") { }

    public PatchRefusedException(string message) : base(message) { }

    public PatchRefusedException(string message, Exception innerException) : base(message, innerException) { }
}
