using System.Runtime.CompilerServices;
using SelfHeal.Testing;

namespace BuggyServers.MySql;

/// <summary>A test with the MariaDB server that has one bug, on an empty database, over a Unix socket.</summary>
public sealed class MySqlHealFactAttribute : HealFactAttribute
{
    /// <param name="bug">mysql-1, mysql-2 or mysql-3.</param>
    /// <param name="sourceFilePath">Given by the compiler.</param>
    /// <param name="sourceLineNumber">Given by the compiler.</param>
    public MySqlHealFactAttribute(string bug, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base($"build/servers/{bug}/bin/mariadbd", sourceFilePath, sourceLineNumber)
    {
        string server = Path.Combine(MySqlBuilds.Here.Root, "build/servers", bug);
        Arguments =
        [
            .. File.ReadLines(MySqlBuilds.Here.Options).Select(option => option
                .Replace("SERVER", server, StringComparison.Ordinal).Replace("DATA/socket", "{socket}", StringComparison.Ordinal)
                .Replace("DATA", "{files}", StringComparison.Ordinal)),
        ];
        State = ["data/mysql", "data/test", "binlog", "tmp"]; // without grant tables it needs no bootstrap
        Build = MySqlBuilds.Build;
        Timeout = 600_000;
    }
}
