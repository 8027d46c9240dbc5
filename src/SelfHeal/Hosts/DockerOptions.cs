namespace SelfHeal.Hosts;

/// <summary>The containers that a <see cref="DockerHost"/> runs programs in.</summary>
public sealed record DockerOptions
{
    /// <summary>Any image with a 64-bit glibc: a name, with or without tag, or an id. It is pulled if it is not there.</summary>
    public required string Image { get; init; }

    public DockerEngine Engine { get; init; } = new();

    /// <summary>TCP ports of the program that can be reached from outside while it is recorded: <see cref="DockerHost.PortAsync"/>.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>The network of recorded runs; null: the engine's own if there are ports, else none. Replays and trials have
    /// none in any case.</summary>
    public string? Network { get; init; }

    /// <summary>As in <c>docker run --user</c>; null: the image's own.</summary>
    public string? User { get; init; }

    /// <summary>Directories and files of this machine, by the path at which containers see them, and can change them.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Files and directories of this machine that are copied into each new container, by the path that they get there.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>Most bytes of memory; null: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Most processors' worth of time; null: no limit.</summary>
    public double? ProcessorLimit { get; init; }

    /// <summary>The processors that may be used, as in <c>docker run --cpuset-cpus</c>; null: all.</summary>
    public string? Processors { get; init; }
}
