using System.Diagnostics;
using BuggyServers.Containers;
using SelfHeal.Hosts;

namespace SelfHeal.PaperTable;

/// <summary>Where a bug's program runs: in containers of its image where there is one, else on this machine.</summary>
internal sealed class Place : IAsyncDisposable
{
    private Place(Host host, string? image, string directory) => (Host, Image, Directory) = (host, image, directory);

    public Host Host { get; }

    /// <summary>Null: on this machine.</summary>
    public string? Image { get; }

    /// <summary>All runs are in it.</summary>
    public string Directory { get; }

    /// <param name="image">Of the bug.</param>
    /// <param name="directory">For all runs.</param>
    /// <param name="processor">The only one that its containers use.</param>
    /// <param name="local">On this machine in any case.</param>
    public static Place Make(string image, string directory, int processor, bool local)
    {
        System.IO.Directory.CreateDirectory(directory);
        ServerImage.Open(directory);
        return local || !Exists(image) ? new Place(new LocalHost(), null, directory) : new Place(
            new DockerHost(new DockerOptions
            {
                Image = image, Network = "host", Processors = $"{processor}",
                Mounts = new Dictionary<string, string>(StringComparer.Ordinal) { [directory] = directory },
            }),
            image, directory);
    }

    /// <summary>The same directory without containers.</summary>
    public Place Outside() => new(new LocalHost(), null, Directory);

    public ValueTask DisposeAsync() => Host is DockerHost containers ? containers.DisposeAsync() : default;

    private static bool Exists(string image)
    {
        try
        {
            using Process docker = Process.Start(
                new ProcessStartInfo("docker", ["image", "inspect", image])
                {
                    RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
                })!;
            docker.ErrorDataReceived += (_, _) => { };
            docker.BeginErrorReadLine();
            docker.StandardOutput.ReadToEnd();
            docker.WaitForExit();
            return docker.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no docker command
        }
    }
}
