namespace SelfHeal.Patches;

/// <summary>Whether a patch is for this build of a program and its libraries.</summary>
/// <param name="Matches">Every module that was found has the patch's build-id, and the program is one of them.</param>
/// <param name="Sentence">The result for the user.</param>
/// <param name="Modules">Per module of the patch: its file (null if not found) and whether it matches.</param>
public sealed record PatchCheck(
    bool Matches, string Sentence, IReadOnlyList<(PatchModule Module, string? File, bool Matches)> Modules)
{
    /// <param name="patch">The patch.</param>
    /// <param name="program">Path of the program, or a name that is looked up in PATH.</param>
    /// <param name="patchName">How the sentence names the patch.</param>
    /// <exception cref="ProgramNotStartedException">The program is missing or no ELF file.</exception>
    public static PatchCheck Check(Patch patch, string program, string patchName = "patch.ep") =>
        throw new NotSupportedException(patchName + program + patch);
}
