using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SelfHeal.Testing;

namespace BuggyServers.MySql;

/// <summary>Requests that race with one another, and the invariant that they must not break. The requests themselves
/// are sent by mysql-driver (docker/mysql/driver), which `selfheal chaos` can run without .NET.</summary>
public sealed record MySqlWorkload
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private MySqlWorkload(string name) => Name = name;

    /// <summary>mysql-1, bug 791. FLUSH LOGS and INSERT: every acknowledged row is in some binlog.</summary>
    public static MySqlWorkload FlushLogs { get; } = new("mysql-1");

    /// <summary>mysql-2, bug 169. DELETE and INSERT: their order in the binlog predicts whether the row exists.</summary>
    public static MySqlWorkload DeleteInsert { get; } = new("mysql-2");

    /// <summary>mysql-3, the pattern of bug 3596. SHOW PROCESSLIST beside clients with SELECT 1: the server answers.
    /// A pair is one SHOW PROCESSLIST.</summary>
    public static MySqlWorkload ProcessList { get; } = new("mysql-3");

    /// <summary>mysql-4, MDEV-39593, which every server has: a bad XPath kills it.</summary>
    public static MySqlWorkload BadXPath { get; } = new("mysql-4");

    /// <summary>INSERT, SELECT, UPDATE and DELETE by each of the clients on rows of its own: no row is lost.</summary>
    public static MySqlWorkload Mixed { get; } = new("mixed");

    public string Name { get; }

    /// <summary>Between the two requests of a pair, in microseconds: it raises the odds of a race. 0 for none.</summary>
    public int DelayUs { get; init; }

    /// <summary>Pairs between two looks into the binlog, 1 to 100.</summary>
    public int CheckEvery { get; init; } = 100;

    /// <summary>Counts violations instead of ending at the first.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Clients with SELECT 1.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>For one answer of the server.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The driver's command line, for `selfheal chaos` and the like.</summary>
    public IReadOnlyList<string> Arguments(string socket, int pairs)
    {
        List<string> arguments = ["--socket", socket, "--workload", Name];
        Add("--pairs", pairs);
        Add("--clients", Clients);
        Add("--check-every", CheckEvery);
        Add("--timeout", (int)Math.Ceiling(AnswerTimeout.TotalSeconds));
        if (DelayUs > 0)
            Add("--delay-us", DelayUs);
        if (KeepGoing)
            arguments.Add("--keep-going");
        return arguments;

        void Add(string option, int value) => arguments.AddRange([option, value.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <exception cref="MySqlSetUpException">It cannot be run, in the driver's words.</exception>
    public Task<WorkloadResult> RunAsync(MariaDbServer server, int pairs, CancellationToken cancellationToken) =>
        RunAsync(server.Socket, pairs, () => server.LastOutput, cancellationToken);

    /// <exception cref="MySqlSetUpException">It cannot be run, in the driver's words.</exception>
    public Task<WorkloadResult> RunAsync(ServerEndpoint server, int pairs, CancellationToken cancellationToken) =>
        RunAsync(server.Socket, pairs, () => server.Output, cancellationToken);

    private async Task<WorkloadResult> RunAsync(string socket, int pairs, Func<string> output, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(MySqlBuilds.Here.Driver, Arguments(socket, pairs))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process driver = Process.Start(start)!;
        try
        {
            Task<string> said = driver.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = driver.StandardError.ReadToEndAsync(cancellationToken);
            await driver.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (driver.ExitCode is 0 or 1 or 2)
                return JsonSerializer.Deserialize<WorkloadResult>(await said.ConfigureAwait(false), Json)!;
            throw new MySqlSetUpException(
                $"workload {Name} cannot be run: {(await error.ConfigureAwait(false)).Trim()}; the server's last output:\n{output()}");
        }
        finally
        {
            if (!driver.HasExited)
                driver.Kill();
        }
    }
}
