using System.Text;

namespace SelfHeal.Patches;

/// <summary>Reads and writes <c>.ep</c> files (docs/patch-format.md); as strict as the recorder.</summary>
public static class PatchFile
{
    /// <exception cref="PatchRefusedException">The file is missing or malformed.</exception>
    public static Patch Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), Path.GetFileName(path));
        }
        catch (ArgumentException error)
        {
            throw new PatchRefusedException($"{path} is not UTF-8 text.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PatchRefusedException($"The patch {path} cannot be read: {error.Message}", error);
        }
    }

    /// <param name="text">The whole file.</param>
    /// <param name="name">How error sentences name the file.</param>
    /// <exception cref="PatchRefusedException">The text is malformed.</exception>
    public static Patch Parse(string text, string name = "patch.ep") => new PatchParser(name).Parse(text);

    /// <summary>The file's text: UTF-8, LF, comments after each entry.</summary>
    public static string Write(Patch patch)
    {
        var text = new StringBuilder("selfheal-patch 1\n");
        foreach (PatchModule module in patch.Modules)
        {
            text.Append("module ").Append(module.Name).Append(' ').Append(module.BuildId).Append('\n');
        }

        foreach (PatchEntry entry in patch.Entries)
        {
            text.Append(entry).Append('\n');
            foreach (string line in entry.Lines)
            {
                text.Append(line).Append('\n');
            }

            foreach (string comment in entry.Comments)
            {
                text.Append("# ").Append(OneLine(comment)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Replaces the file in one step, so that a reader never sees half of it.</summary>
    /// <exception cref="SelfHealException">It cannot be written.</exception>
    public static void Save(Patch patch, string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full + ".new", Write(patch));
            File.Move(full + ".new", full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The patch {full} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>A comment on one line that fits: a longer one is cut.</summary>
    private static string OneLine(string comment)
    {
        string line = comment.ReplaceLineEndings(" ").Trim();
        while (Encoding.UTF8.GetByteCount(line) > PatchParser.MaximumLine - 2)
        {
            line = line[..(line.Length * 3 / 4)];
        }

        return line;
    }
}
