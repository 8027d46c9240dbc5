namespace SelfHeal.Hosts;

/// <summary>Finds the file of a program as execvp does.</summary>
internal static class ProgramPath
{
    /// <summary>Absolute path, or null when nothing executable is found.</summary>
    /// <param name="program">A path, or a name without slash that is looked up in PATH.</param>
    /// <param name="directory">Relative paths start here.</param>
    /// <param name="path">The value of PATH; null takes the engine's own.</param>
    public static string? Find(string program, string? directory = null, string? path = null)
    {
        bool named = program.Contains('/'); // then its start says why it cannot be executed
        return Candidates(program, directory ?? Environment.CurrentDirectory, path ?? Environment.GetEnvironmentVariable("PATH"))
            .FirstOrDefault(file => File.Exists(file) && (named || (File.GetUnixFileMode(file)
                & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0));
    }

    /// <summary>The files that a program's name may mean, in the order in which they are tried.</summary>
    /// <param name="program">A path, or a name without slash.</param>
    /// <param name="directory">Relative paths start here.</param>
    /// <param name="path">The value of PATH; null: there is none.</param>
    public static IEnumerable<string> Candidates(string program, string directory, string? path) =>
        program.Contains('/') ? [Path.GetFullPath(program, directory)]
            : (path ?? "/usr/local/bin:/usr/bin:/bin").Split(':')
                .Select(part => Path.Combine(Path.GetFullPath(part.Length == 0 ? "." : part, directory), program));

    /// <summary>The value of PATH among NAME=VALUE; null: there is none.</summary>
    public static string? Among(IEnumerable<string> environment) =>
        environment.FirstOrDefault(entry => entry.StartsWith("PATH=", StringComparison.Ordinal))?[5..];

    /// <summary>The file behind symbolic links: the name that the module map shows.</summary>
    public static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path;
        }
    }
}
