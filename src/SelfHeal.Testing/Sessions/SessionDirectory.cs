using SelfHeal.Hosts;

namespace SelfHeal.Testing.Sessions;

/// <summary>The directory that holds all runs of one session, and the files its program works in.</summary>
internal sealed class SessionDirectory
{
    private int _runs;

    private SessionDirectory(string path)
    {
        Path = path;
        Files = System.IO.Path.Combine(path, "files");
        Directory.CreateDirectory(Files);
    }

    /// <summary>SELFHEAL_TEST_RUNS, or TestResults/selfheal beside the test program.</summary>
    public static string DefaultRoot =>
        Environment.GetEnvironmentVariable("SELFHEAL_TEST_RUNS") is { Length: > 0 } chosen ? chosen
            : System.IO.Path.Combine(AppContext.BaseDirectory, "TestResults", "selfheal");

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Working directory of the program.</summary>
    public string Files { get; }

    /// <summary>Holds sessions with a Unix socket, whose path may have 107 bytes only.</summary>
    public static string ShortRoot => System.IO.Path.Combine(System.IO.Path.GetTempPath(), "selfheal-tests");

    /// <param name="root">Where; null: <see cref="DefaultRoot"/>.</param>
    /// <param name="test">What it is called after.</param>
    /// <param name="isShort">Not after the test: the path is to be short.</param>
    /// <exception cref="SelfHealException">It cannot be made.</exception>
    public static SessionDirectory Create(string? root, string test, bool isShort = false)
    {
        string name = string.Concat(test.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_'));
        string start = System.IO.Path.GetFullPath(root ?? DefaultRoot);
        string end = System.IO.Path.GetRandomFileName()[..8];
        string path = System.IO.Path.Combine(start, isShort ? end : $"{(name.Length > 60 ? name[..60] : name)}-{end}");
        SessionSweep.Once(start);
        try
        {
            path = Directory.CreateDirectory(path).FullName;
            SessionOwner.Take(path);
            return new SessionDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The directory {path} for the runs of this test cannot be made: {error.Message}", error);
        }
    }

    /// <summary>Path of the next run: "3-patched".</summary>
    public string Next(string what) => System.IO.Path.Combine(Path, $"{Interlocked.Increment(ref _runs)}-{what}");

    /// <summary>It stays, for the user.</summary>
    public void Keep() => SessionOwner.Leave(Path);

    /// <summary>Removes all of it, as far as that is possible.</summary>
    public void Remove() => Scratch.Remove(Path);
}
