using System.Security.Cryptography;

namespace SelfHeal.Hosts;

/// <summary>Makes sure that the launcher can be executed: packages do not carry the permission.</summary>
internal static class ExecutableLauncher
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The files themselves, where everybody may execute the launcher or this process may change that; else a
    /// copy of both in the user's cache. Any number of processes may ask at once.</summary>
    /// <exception cref="RecorderUnavailableException">Neither is possible.</exception>
    public static RecorderFiles Ensure(RecorderFiles files) => Ensure(files, UserCache.Directory);

    internal static RecorderFiles Ensure(RecorderFiles files, string cache)
    {
        UnixFileMode mode = File.GetUnixFileMode(files.Launcher);
        if ((mode & Execute) == Execute)
        {
            return files;
        }

        try
        {
            File.SetUnixFileMode(files.Launcher, mode | Read | Execute);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CopyTo(cache, files);
        }
    }

    /// <summary>The directory's name says what is in it, and it appears complete or not at all.</summary>
    private static RecorderFiles CopyTo(string cache, RecorderFiles files)
    {
        try
        {
            string target = Path.Combine(cache, "recorder-" + Fingerprint(files));
            RecorderFiles copy = new(
                Path.Combine(target, Path.GetFileName(files.Library)), Path.Combine(target, Path.GetFileName(files.Launcher)));
            if (!Directory.Exists(target))
            {
                Directory.CreateDirectory(cache);
                string unfinished = Directory.CreateDirectory($"{target}.{Guid.NewGuid():N}").FullName;
                File.Copy(files.Library, Path.Combine(unfinished, Path.GetFileName(files.Library)));
                string launcher = Path.Combine(unfinished, Path.GetFileName(files.Launcher));
                File.Copy(files.Launcher, launcher);
                File.SetUnixFileMode(launcher, Read | Execute | UnixFileMode.UserWrite);
                MoveUnlessThere(unfinished, target);
            }

            return copy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecorderUnavailableException(
                $"{files.Launcher} is not executable, and a copy in {cache} cannot be made ({e.Message}): " +
                $"run `chmod +x {files.Launcher}`, or set XDG_CACHE_HOME to a directory that can be written to.", e);
        }
    }

    private static void MoveUnlessThere(string unfinished, string target)
    {
        try
        {
            Directory.Move(unfinished, target);
        }
        catch (IOException) when (Directory.Exists(target)) // another process was first, with the same files
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    private static string Fingerprint(RecorderFiles files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(files.Library));
        hash.AppendData(File.ReadAllBytes(files.Launcher));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}
