using BuggyServers.MySql;
using SelfHeal.Hosts;
using SelfHeal.Testing;

namespace BuggyServers.Containers;

/// <summary>The images that `make images` makes, and what their ordinary user may write to.</summary>
public static class ServerImage
{
    /// <summary>Where a selfheal/mysql image has the server.</summary>
    public const string MySqlServer = "/opt/mysql";

    /// <summary>A host of the image. Recorded programs share the machine's network, on whose loopback the tests' servers and
    /// clients are; replays and trials have none.</summary>
    /// <param name="image">selfheal/NAME:BUG.</param>
    /// <param name="directory">Seen inside at the same path; all runs are in it.</param>
    public static async Task<DockerHost> HostAsync(string image, string directory)
    {
        await ContainerEngine.NeedAsync().ConfigureAwait(false);
        Open(directory);
        return new DockerHost(new DockerOptions
        {
            Image = image, Network = "host", Mounts = new Dictionary<string, string>(StringComparer.Ordinal) { [directory] = directory },
        });
    }

    /// <summary>Everybody may write to the directory and those in it.</summary>
    public static void Open(string directory)
    {
        foreach (string one in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Prepend(directory))
        {
            File.SetUnixFileMode(one, (UnixFileMode)0b111_111_111);
        }
    }

    /// <summary>The same command for the server in the image.</summary>
    /// <param name="command">For the one on this machine.</param>
    /// <param name="build">mysql-1 to mysql-3, or none.</param>
    public static ServerCommand Inside(ServerCommand command, string build)
    {
        ArgumentNullException.ThrowIfNull(command);
        Open(command.WorkingDirectory);
        string local = MySqlBuilds.Here.Server(build);
        return command with
        {
            Program = MySqlServer + "/bin/mariadbd",
            Arguments = [.. command.Arguments.Select(argument => argument.Replace(local, MySqlServer, StringComparison.Ordinal))],
        };
    }
}
