namespace BuggyServers.MySql;

/// <summary>What `make servers-mysql` makes, as absolute paths.</summary>
public sealed record MySqlBuilds(string Root)
{
    public const string Build = "make servers-mysql";

    private static readonly Lazy<MySqlBuilds> Found = new(() => new MySqlBuilds(FindRoot(AppContext.BaseDirectory)));

    /// <summary>Of the repository that this program was built in.</summary>
    public static MySqlBuilds Here => Found.Value;

    /// <summary>Runs a workload: see docker/mysql/driver.</summary>
    public string Driver => Existing("build/servers/mysql-driver");

    /// <summary>The server's command line, with SERVER and DATA in place of directories.</summary>
    public string Options => Existing("docker/mysql/server-options.txt");

    /// <summary>Directory of the server with one bug.</summary>
    /// <param name="bug">none, mysql-1, mysql-2 or mysql-3.</param>
    /// <exception cref="MySqlSetUpException">It was not built.</exception>
    public string Server(string bug)
    {
        string name = bug.StartsWith("mysql-", StringComparison.Ordinal) ? bug : "mysql-" + bug;
        return Path.GetDirectoryName(Path.GetDirectoryName(Existing($"build/servers/{name}/bin/mariadbd")))!;
    }

    private string Existing(string path)
    {
        string full = Path.Combine(Root, path);
        return File.Exists(full) ? full : throw new MySqlSetUpException($"{full} does not exist; `{Build}` builds it");
    }

    private static string FindRoot(string directory)
    {
        for (string? at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "SelfHeal.sln")))
                return at;
        }

        throw new MySqlSetUpException($"{directory} is in no checkout of the repository (no SelfHeal.sln above it)");
    }
}
