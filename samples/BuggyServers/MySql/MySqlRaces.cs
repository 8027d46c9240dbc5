using SelfHeal.Chaos;

namespace BuggyServers.MySql;

/// <summary>How the races of the real server are brought out.</summary>
public static class MySqlRaces
{
    /// <summary>The policy that finds each of them within 200 rounds.</summary>
    public const string Policy = "random:20";

    /// <summary>A server on an empty database, and the driver whose requests race.</summary>
    /// <param name="bug">mysql-1 to mysql-3.</param>
    /// <param name="server">The directory of its build.</param>
    /// <param name="directory">For the runs; short, as it holds a socket.</param>
    public static ChaosOptions Chaos(string bug, string server, string directory)
    {
        MySqlBuilds builds = MySqlBuilds.Here;
        string fresh = Path.Combine(directory, "fresh");
        foreach (string part in (string[])["data/mysql", "data/test", "binlog", "tmp"])
            Directory.CreateDirectory(Path.Combine(fresh, part));

        return new ChaosOptions
        {
            Program = Path.Combine(server, "bin/mariadbd"),
            Arguments =
            [
                .. File.ReadLines(builds.Options).Select(option => option
                    .Replace("SERVER", server, StringComparison.Ordinal).Replace("DATA", ChaosOptions.WorkPlaceholder, StringComparison.Ordinal)),
            ],
            Fresh = fresh,
            KeepDirectory = Path.Combine(directory, "k"),
            Runs = 10,
            Jobs = 1,
            Timeout = TimeSpan.FromMinutes(4),
            Driver = new ChaosDriver(
                $"exec '{builds.Driver}' --socket \"$SELFHEAL_WORK/socket\" --workload {bug} --pairs ${{SELFHEAL_ROUNDS:-200}} --check-every 1"
                + (bug == "mysql-1" ? " --delay-us 600" : "")),
        };
    }
}
