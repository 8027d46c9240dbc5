using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfHeal.Hosts;

/// <summary>What a warm container is to be.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Image">Its id.</param>
/// <param name="Options">Of the host.</param>
/// <param name="Recorder">Seen in the container at its own path.</param>
/// <param name="Isolated">For replays and trials: no network, and what the sandbox needs.</param>
/// <param name="Names">A directory with the hosts, hostname and resolv.conf of another container, which it is to have, too; null: its own.</param>
internal sealed record WarmContainerRequest(
    string Name, string Image, DockerOptions Options, RecorderFiles Recorder, bool Isolated, string? Names)
{
    /// <summary>Directories of this machine that the container sees, and changes, at their own paths.</summary>
    public IReadOnlyList<string> Shared { get; init; } = [];

    /// <summary>What an engine writes into each container's /etc.</summary>
    public static IReadOnlyList<string> NameFiles { get; } = ["hosts", "hostname", "resolv.conf"];

    /// <summary>The docker command that starts it.</summary>
    /// <param name="directory">Shared, too.</param>
    /// <param name="profile">File with the seccomp profile.</param>
    /// <param name="socket">Where launchers are asked for.</param>
    public IReadOnlyList<string> Arguments(string directory, string profile, string socket)
    {
        List<string> words =
        [
            "run", "--rm", "--sig-proxy=false", "--name", Name, "--label", $"{DockerSweep.Label}={OwnerMark.Own}", "--no-healthcheck",
            "--entrypoint", Recorder.Launcher, "--security-opt", "seccomp=" + profile, "--security-opt", "apparmor=unconfined",
            "--security-opt", "systempaths=unconfined", "--network", Isolated ? "none" : Network(Options),
        ];
        string recorder = Path.GetDirectoryName(Recorder.Library)!;
        Bind(words, recorder, recorder, ",readonly");
        foreach (string shared in Shared.Append(directory))
        {
            Bind(words, shared, shared);
        }

        foreach (var (inside, outside) in Options.Mounts)
        {
            Bind(words, Path.GetFullPath(outside), inside);
        }

        if (Names is not null)
        {
            words.AddRange(["--hostname", File.ReadAllText(Path.Combine(Names, "hostname")).Trim()]);
            foreach (string file in NameFiles)
            {
                Bind(words, Path.Combine(Names, file), "/etc/" + file, ",readonly");
            }
        }
        else if (Isolated || Network(Options) != "host")
        {
            words.AddRange(["--hostname", "selfheal"]); // and no number that differs from container to container
        }

        if (Isolated)
        {
            words.AddRange(["--cap-add", "SYS_ADMIN", "--cap-add", "NET_ADMIN"]); // a root's sandbox; no other user gets them
        }
        else
        {
            words.AddRange(Options.Ports.SelectMany(port => (string[])["--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1::{port}")]));
        }

        Limit(words, "--user", Options.User);
        Limit(words, "--memory", Options.MemoryLimit?.ToString(CultureInfo.InvariantCulture));
        Limit(words, "--cpus", Options.ProcessorLimit?.ToString(CultureInfo.InvariantCulture));
        Limit(words, "--cpuset-cpus", Options.Processors);
        return [.. words, Image, "--serve", socket];
    }

    /// <summary>The network of recorded runs.</summary>
    public static string Network(DockerOptions options) => options.Network ?? (options.Ports.Count > 0 ? "bridge" : "none");

    /// <summary>Where a path of the container is on this machine; null: in the image.</summary>
    public string? Outside(string path)
    {
        foreach (string shared in Shared.Append(Path.GetDirectoryName(Recorder.Library)!))
        {
            if (IsWithin(path, shared))
            {
                return path;
            }
        }

        return Outside(path, Options.Mounts);
    }

    /// <summary>Where a file of the container can be read on this machine as it was at the start; null: in the image.</summary>
    public string? Source(string path) => Outside(path) ?? Outside(path, Options.Files);

    private static string? Outside(string path, IReadOnlyDictionary<string, string> brought) =>
        brought.Where(one => IsWithin(path, one.Key)).OrderByDescending(one => one.Key.Length)
            .Select(one => Path.GetFullPath(one.Value) + path[one.Key.TrimEnd('/').Length..]).FirstOrDefault();

    public static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static void Bind(List<string> words, string source, string target, string more = "") =>
        words.AddRange(["--mount", $"type=bind,source={source},target={target}{more}"]);

    private static void Limit(List<string> words, string option, string? value)
    {
        if (value is not null)
        {
            words.AddRange([option, value]);
        }
    }
}
