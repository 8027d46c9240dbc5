using System.Diagnostics;

namespace SelfHeal.Bench.Servers;

/// <summary>A server with threads, and a fixed amount of work for it.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Request">What the amount counts.</param>
/// <param name="Executable">Where it must be.</param>
/// <param name="Advice">What to do where it is not.</param>
/// <param name="Command">The command line, for an empty directory of its own.</param>
/// <param name="Load">The command line that does an amount of work at the server of a directory.</param>
/// <param name="Amount">What takes about 0.15 s.</param>
internal sealed record ServerProgram(
    string Name, string Request, string Executable, string Advice,
    Func<string, string[]> Command, Func<string, int, string[]> Load, int Amount)
{
    public static IReadOnlyList<ServerProgram> All(Bench bench)
    {
        string mariadb = Path.Combine(bench.Repository, "build", "servers", "mysql-none");
        const string Redis = "/usr/bin/redis-server", Memcached = "/usr/bin/memcached";
        return
        [
            new("MariaDB, mixed", "statement", Path.Combine(mariadb, "bin", "mariadbd"), "make servers-mysql",
                directory => MariaDb(bench.Repository, mariadb, Path.Combine(directory, "db")),
                (directory, amount) =>
                [
                    Path.Combine(bench.Repository, "build", "servers", "mysql-driver"), "--socket", Path.Combine(directory, "db", "socket"),
                    "--workload", "mixed", "--clients", "4", "--pairs", $"{amount}",
                ], 800),
            new("redis", "request", Redis, "scripts/install-prerequisites.sh",
                directory => [Redis, "--port", "0", "--unixsocket", Path.Combine(directory, "socket"), "--dir", directory, "--save", ""],
                (directory, amount) =>
                [
                    "/usr/bin/redis-benchmark", "-s", Path.Combine(directory, "socket"), "-c", "10", "-n", $"{amount / 4}", "-r", "10000",
                    "-q", "-t", "set,get,incr,lpush",
                ], 6000),
            new("memcached", "request", Memcached, "scripts/install-prerequisites.sh",
                directory => [Memcached, "-u", "root", "-t", "4", "-s", Path.Combine(directory, "socket")],
                (directory, amount) => [Path.Combine(bench.Tools, "memcached_load"), Path.Combine(directory, "socket"), $"{amount}"],
                10000),
        ];
    }

    private static string[] MariaDb(string repository, string server, string directory)
    {
        var start = new ProcessStartInfo(Path.Combine(repository, "docker", "mysql", "serve.sh"), ["--print", server, directory])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string[] command = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 ? command : throw new BenchException($"docker/mysql/serve.sh makes no database in {directory}");
    }
}
