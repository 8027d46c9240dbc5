using System.Globalization;
using System.Text.RegularExpressions;
using SelfHeal.Chaos;
using SelfHeal.Hosts;

namespace SelfHeal.Testing.Servers;

/// <summary>What stands in the arguments of a server for what each run has of its own.</summary>
internal static partial class Placeholders
{
    public const string Port = ChaosOptions.PortPlaceholder;
    public const string Files = "{files}";
    public const string Socket = "{socket}";
    private const string SocketName = "socket";

    public static bool HasPort(IEnumerable<string> arguments) => arguments.Any(argument => argument.Contains(Port, StringComparison.Ordinal));

    public static bool HasSocket(IEnumerable<string> arguments) => arguments.Any(argument => argument.Contains(Socket, StringComparison.Ordinal));

    /// <summary>The path of the Unix socket in a directory of files.</summary>
    public static string SocketIn(string files) => Path.Combine(files, SocketName);

    /// <summary>A free port, if the arguments want one.</summary>
    public static int? ChoosePort(IEnumerable<string> arguments) => HasPort(arguments) ? FreePort.Choose() : null;

    public static string[] Fill(IEnumerable<string> arguments, string files, int? port) =>
        [.. ForChaos(arguments).Select(argument => argument
            .Replace(ChaosOptions.WorkPlaceholder, files, StringComparison.Ordinal)
            .Replace(Port, port?.ToString(CultureInfo.InvariantCulture) ?? Port, StringComparison.Ordinal))];

    /// <summary>As the engine's chaos has them, which fills them in itself.</summary>
    public static string[] ForChaos(IEnumerable<string> arguments) =>
        [.. arguments.Select(argument => argument
            .Replace(Socket, SocketIn(Files), StringComparison.Ordinal)
            .Replace(Files, ChaosOptions.WorkPlaceholder, StringComparison.Ordinal))];

    /// <summary>Null, or what to write in place of one that nearly is one.</summary>
    public static string? Check(IEnumerable<string> arguments)
    {
        string? wrong = arguments.SelectMany(argument => Nearly().Matches(argument)).Select(match => match.Value)
            .FirstOrDefault(found => found is not (Port or Files or Socket));
        return wrong is null ? null : $"{wrong} in Arguments is no placeholder: write {Port}, {Files} or {Socket}.";
    }

    [GeneratedRegex(@"\{(ports?|files|sockets?)\}", RegexOptions.IgnoreCase)]
    private static partial Regex Nearly();
}
