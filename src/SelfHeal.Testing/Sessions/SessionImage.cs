using SelfHeal.Hosts;

namespace SelfHeal.Testing.Sessions;

/// <summary>The host of a session whose program may be in a container image.</summary>
internal static class SessionImage
{
    /// <param name="image">Null: this machine.</param>
    /// <param name="files">The program's working directory, in which the image's user may write then.</param>
    /// <param name="serves">Clients on this machine reach it by its port.</param>
    public static Host HostOf(string? image, string files, bool serves)
    {
        if (image is null)
        {
            return new LocalHost();
        }

        foreach (string directory in Directory.EnumerateDirectories(files, "*", SearchOption.AllDirectories).Prepend(files))
        {
            File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        }

        return new DockerHost(new DockerOptions { Image = image, Network = serves ? "host" : null });
    }
}
