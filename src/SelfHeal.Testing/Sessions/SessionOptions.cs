namespace SelfHeal.Testing.Sessions;

/// <summary>What a session is made from.</summary>
internal sealed record SessionOptions
{
    /// <summary>The test, as people read it.</summary>
    public required string Name { get; init; }

    /// <summary>What the session's directory is called after: Class.Method.</summary>
    public string ShortName { get; init; } = "session";

    /// <summary>The test case, as the platform knows it.</summary>
    public string TestId { get; init; } = "";

    /// <summary>Absolute path.</summary>
    public required string Program { get; init; }

    /// <summary>The image that it is in; null: it is on this machine.</summary>
    public string? Image { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Further variables of the environment, NAME=VALUE.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    public IReadOnlyList<string> StateDirectories { get; init; } = [];

    /// <summary>What a server prints when it is ready; null: it is ready when it listens.</summary>
    public string? Ready { get; init; }
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);
    public ulong Seed { get; init; }
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the session's directory is made; null: <see cref="SessionDirectory.DefaultRoot"/>.</summary>
    public string? Root { get; init; }

    /// <summary>A line of the test's output.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>An attachment of the test: name and text.</summary>
    public Action<string, string> Attach { get; init; } = (_, _) => { };
    public CancellationToken CancellationToken { get; init; }
}
