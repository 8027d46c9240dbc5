namespace SelfHeal.Testing.Sessions;

/// <summary>Finds the program that an attribute names.</summary>
internal static class SessionProgram
{
    /// <summary>Null, or a sentence that says what to do about a missing program.</summary>
    public static string? Check(IHealTest attribute)
    {
        if (string.IsNullOrWhiteSpace(attribute.Program))
        {
            return "The attribute names no program: write [HealFact(\"/path/of/the/program\")], or [HealServer(\"/path/of/the/program\")] on the class or the assembly.";
        }

        if (attribute.Image is not null || Find(attribute.Program, AppContext.BaseDirectory) is not null)
        {
            return null;
        }

        string where = attribute.Program switch
        {
            ['/', ..] => "does not exist",
            var name when name.Contains('/') => $"is not in {AppContext.BaseDirectory} nor in a directory above it",
            _ => "is not in PATH",
        };
        string what = attribute.Build is { } build ? $"run `{build}` first" : "install it, or correct the name in the attribute";
        return $"The program {attribute.Program} {where}: {what}.";
    }

    /// <summary>Absolute path, or null.</summary>
    /// <param name="program">As the attribute names it.</param>
    /// <param name="start">Where the search for a relative path begins.</param>
    public static string? Find(string program, string start)
    {
        if (program.StartsWith('/'))
        {
            return File.Exists(program) ? program : null;
        }

        IEnumerable<string> directories = program.Contains('/') ? Above(start)
            : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return directories.Select(directory => Path.GetFullPath(Path.Combine(directory, program))).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Above(string start)
    {
        for (string? at = Path.GetFullPath(start); at is not null; at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }
}
