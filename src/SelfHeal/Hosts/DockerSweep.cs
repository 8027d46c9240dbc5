using System.Collections.Concurrent;

namespace SelfHeal.Hosts;

/// <summary>Removes what killed processes left behind: containers that carry their label, and directories that carry
/// their mark in the name.</summary>
internal static class DockerSweep
{
    public const string Label = "selfheal.owner";
    private const string Prefix = "selfheal-docker-";
    private static readonly ConcurrentDictionary<DockerEngine, Lazy<Task>> Swept = new();

    /// <summary>Once in a process.</summary>
    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    public static Task OnceAsync(DockerEngine engine) =>
        Swept.GetOrAdd(engine, one => new Lazy<Task>(() => RunAsync(one, CancellationToken.None))).Value;

    /// <summary>A new directory that is removed when its process has gone.</summary>
    public static string MakeDirectory()
    {
        string name = $"{Prefix}{OwnerMark.Own}-{Path.GetRandomFileName()[..6]}"; // short, as a socket is made in it
        return Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), name)).FullName;
    }

    /// <exception cref="EngineUnavailableException">There is no engine.</exception>
    public static async Task RunAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        string list = await engine.RunAsync(
            ["ps", "--all", "--filter", "label=" + Label, "--format", $"{{{{.ID}}}} {{{{.Label \"{Label}\"}}}}"],
            "list its containers", cancellationToken).ConfigureAwait(false);
        string[] gone = [.. list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Where(words => words.Length == 2 && !OwnerMark.MayLive(words[1])).Select(words => words[0])];
        if (gone.Length > 0)
        {
            await engine.RunAsync(["rm", "--force", "--volumes", .. gone], "remove what a killed process left", cancellationToken).ConfigureAwait(false);
        }

        foreach (string directory in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            string mark = Path.GetFileName(directory)[Prefix.Length..];
            if (mark.LastIndexOf('-') is > 0 and int end && !OwnerMark.MayLive(mark[..end]))
            {
                Scratch.Remove(directory);
            }
        }
    }
}
