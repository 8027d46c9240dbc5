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
        string start = directory ?? Environment.CurrentDirectory;
        if (program.Contains('/'))
        {
            string full = Path.GetFullPath(program, start);
            return File.Exists(full) ? full : null;
        }

        path ??= Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        foreach (string part in path.Split(':'))
        {
            string candidate = Path.Combine(Path.GetFullPath(part.Length == 0 ? "." : part, start), program);
            if (File.Exists(candidate) && (File.GetUnixFileMode(candidate)
                & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0)
            {
                return candidate;
            }
        }

        return null;
    }

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
