namespace SelfHeal.Testing;

/// <summary>What <see cref="HealFactAttribute"/>, <see cref="HealTheoryAttribute"/> and <see cref="HealServerAttribute"/> say
/// about the program.</summary>
public interface IHealTest
{
    /// <summary>Limit of a test, in milliseconds.</summary>
    const int DefaultTimeout = 300_000;

    /// <summary>Limit of one run, in milliseconds.</summary>
    const int DefaultRunTimeout = 60_000;

    /// <summary>Limit for a server to become ready, in milliseconds.</summary>
    const int DefaultReadyTimeout = 30_000;

    /// <summary>A name in PATH, an absolute path, or a path below a directory above the tests. Empty: that of
    /// <see cref="HealServerAttribute"/> on the class or the assembly, with all that is said there.</summary>
    string Program { get; }

    /// <summary>The container image that the program is in, which is then named as it is there; null: it is on this machine.
    /// Without a container engine the test is skipped, or fails with <c>--selfheal-require-engine</c>.</summary>
    string? Image { get; }

    /// <summary>Arguments without argv[0]. For a server, <c>{port}</c> is a free port, <c>{files}</c> the directory that it
    /// works in, and <c>{socket}</c> the path of a Unix socket; each run has its own.</summary>
    string[] Arguments { get; }

    /// <summary>Further variables of the environment, NAME=VALUE.</summary>
    string[] Environment { get; }

    /// <summary>Directories that the program changes, relative to its working directory, which is the session's own.
    /// They are made before the test; each run starts from a private copy that replays and trials use too.</summary>
    string[] State { get; }

    /// <summary>What a server prints when it may be connected to; null: it is ready when it listens.</summary>
    string? Ready { get; }

    /// <summary>Milliseconds that a server has to become ready.</summary>
    int ReadyTimeout { get; }

    /// <summary>Seed of the runs.</summary>
    ulong Seed { get; }

    /// <summary>Milliseconds after which one run is killed and counts as a hang.</summary>
    int RunTimeout { get; }

    /// <summary>The command that builds the program, for the message when it is missing; null where there is none.</summary>
    string? Build { get; }
}
