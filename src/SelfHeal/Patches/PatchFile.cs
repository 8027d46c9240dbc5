namespace SelfHeal.Patches;

/// <summary>Reads and writes <c>.ep</c> files; strict, as the recorder is.</summary>
public static class PatchFile
{
    /// <exception cref="PatchRefusedException">The file is missing or malformed.</exception>
    public static Patch Read(string path) => throw new NotSupportedException(path);

    /// <param name="text">The whole file.</param>
    /// <param name="name">How error sentences name the file.</param>
    /// <exception cref="PatchRefusedException">The text is malformed.</exception>
    public static Patch Parse(string text, string name = "patch.ep") => throw new NotSupportedException(text + name);

    /// <summary>The file's text: UTF-8, LF, comments after each entry.</summary>
    public static string Write(Patch patch) => throw new NotSupportedException(patch?.ToString());

    /// <summary>Replaces the file in one step, so that a reader never sees half of it.</summary>
    public static void Save(Patch patch, string path) => throw new NotSupportedException(path + patch);
}
