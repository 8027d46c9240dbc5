using System.Globalization;

namespace SelfHeal.Testing.Servers;

/// <summary>Who listens, as the kernel says: to connect and see would be an event in the recorded run.</summary>
internal static class ListeningSockets
{
    private const string TcpListens = "0A";
    private const int UnixAccepts = 0x10000;

    /// <summary>Somebody listens on this TCP port.</summary>
    public static bool HasPort(int port)
    {
        string end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return Lines("/proc/net/tcp").Concat(Lines("/proc/net/tcp6")).Select(Words).Any(words =>
            words.Length > 3 && words[3] == TcpListens && words[1].EndsWith(end, StringComparison.Ordinal));
    }

    /// <summary>Somebody listens on the Unix socket with this path, or with its name relative to a directory.</summary>
    public static bool HasSocket(string path) => File.Exists(path) && Lines("/proc/net/unix").Select(Words).Any(words =>
        words.Length > 7 && int.TryParse(words[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int flags)
        && (flags & UnixAccepts) != 0 && Path.GetFileName(words[7]) == Path.GetFileName(path)
        && (!Path.IsPathRooted(words[7]) || words[7] == path));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file).Skip(1) : [];
}
