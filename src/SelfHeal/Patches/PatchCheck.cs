using SelfHeal.Diagnosis;
using SelfHeal.Hosts;

namespace SelfHeal.Patches;

/// <summary>Whether a patch is for this build of a program and its libraries.</summary>
/// <param name="Matches">Every module that was found has the patch's build-id, and at least one was found.</param>
/// <param name="Sentence">The result for the user.</param>
/// <param name="Modules">Per module of the patch: its file (null if not found) and whether it matches.</param>
public sealed record PatchCheck(
    bool Matches, string Sentence, IReadOnlyList<(PatchModule Module, string? File, bool Matches)> Modules)
{
    private static readonly string[] LibraryDirectories =
        ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"];

    /// <param name="patch">The patch.</param>
    /// <param name="program">Path of the program, or a name that is looked up in PATH.</param>
    /// <param name="patchName">How the sentence names the patch.</param>
    /// <param name="today">For the last days of drops; null: today, UTC.</param>
    /// <exception cref="ProgramNotStartedException">The program is missing or no ELF file.</exception>
    public static PatchCheck Check(Patch patch, string program, string patchName = "patch.ep", DateOnly? today = null)
    {
        ArgumentNullException.ThrowIfNull(patch);
        string file = ProgramPath.Resolve(ProgramPath.Find(program)
            ?? throw new ProgramNotStartedException($"The program {program} is not found."));
        ElfImage image = ElfImage.TryRead(file)
            ?? throw new ProgramNotStartedException($"{file} is no 64-bit ELF program that can be read.");
        var modules = new List<(PatchModule, string?, bool)>();
        string? mismatch = null;
        int found = 0;
        foreach (PatchModule module in patch.Modules)
        {
            ElfImage? other = module.Name == Path.GetFileName(image.Path) ? image : Library(module.Name, file);
            bool same = other?.BuildId == module.BuildId;
            modules.Add((module, other?.Path, same));
            found += other is null ? 0 : 1;
            mismatch ??= other is null || same ? null
                : $"{patchName} is for {module.Name} with build-id {module.BuildId}, this {module.Name} is "
                    + $"{(other.BuildId.Length == 0 ? "without build-id" : other.BuildId)}: heal it again.";
        }

        bool matches = mismatch is null && (found > 0 || patch.Modules.Count == 0);
        string entries = patch.Entries.Count == 1 ? "1 entry" : $"{patch.Entries.Count} entries";
        int expired = patch.Drops.Count(drop => !drop.IsInForce(today ?? DateOnly.FromDateTime(DateTime.UtcNow)));
        entries += expired == 0 ? "" : $", {expired} of them expired";
        string sentence = mismatch ?? (matches
            ? $"{patchName} is for this build of {Path.GetFileName(file)}: {entries}."
            : $"{patchName} does no harm to {Path.GetFileName(file)}, but is for {string.Join(", ", patch.Modules.Select(m => m.Name))}.");
        return new PatchCheck(matches, sentence, modules);
    }

    /// <summary>Another program that lies beside this one is no library of it.</summary>
    private static ElfImage? Library(string name, string program) => !name.Contains(".so", StringComparison.Ordinal) ? null
        : LibraryDirectories.Append(Path.GetDirectoryName(program)!)
            .Select(directory => Path.Combine(directory, name))
            .Where(File.Exists).Select(ElfImage.TryRead).FirstOrDefault(image => image is not null);
}
