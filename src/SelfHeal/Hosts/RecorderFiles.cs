namespace SelfHeal.Hosts;

/// <summary>Where the recorder's two files are.</summary>
/// <param name="Library">Absolute path of libselfheal.so.</param>
/// <param name="Launcher">Absolute path of selfheal-launch.</param>
public sealed record RecorderFiles(string Library, string Launcher)
{
    private static readonly Lazy<RecorderFiles> Found = new(() => Find(AppContext.BaseDirectory));

    /// <summary>The recorder of this process.</summary>
    /// <exception cref="RecorderUnavailableException">It is nowhere to be found.</exception>
    public static RecorderFiles Default => Found.Value;

    /// <summary>Looks in the directory SELFHEAL_RECORDER, then in runtimes/linux-x64/native under
    /// <paramref name="baseDirectory"/>, then there itself, then in build/recorder of a repository above it.</summary>
    /// <exception cref="RecorderUnavailableException">It is nowhere to be found.</exception>
    public static RecorderFiles Find(string baseDirectory) =>
        Find(baseDirectory, Environment.GetEnvironmentVariable("SELFHEAL_RECORDER"));

    internal static RecorderFiles Find(string baseDirectory, string? chosen)
    {
        if (!string.IsNullOrEmpty(chosen))
        {
            return In(Path.GetFullPath(chosen)) ?? throw new RecorderUnavailableException(
                $"SELFHEAL_RECORDER is {chosen}, but libselfheal.so and selfheal-launch are not both there.");
        }

        string start = Path.GetFullPath(baseDirectory);
        RecorderFiles? files = In(Path.Combine(start, "runtimes", "linux-x64", "native")) ?? In(start);
        for (string? at = start; files is null && at is not null; at = Path.GetDirectoryName(at))
        {
            files = In(Path.Combine(at, "build", "recorder"));
        }

        return files ?? throw new RecorderUnavailableException(
            $"libselfheal.so and selfheal-launch were not found near {start}: run `make`, or set SELFHEAL_RECORDER.");
    }

    private static RecorderFiles? In(string directory)
    {
        var files = new RecorderFiles(
            Path.Combine(directory, "libselfheal.so"), Path.Combine(directory, "selfheal-launch"));
        return File.Exists(files.Library) && File.Exists(files.Launcher) ? ExecutableLauncher.Ensure(files) : null;
    }
}
