using SelfHeal.Chaos;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Schedules;
using SelfHeal.Search;
using SelfHeal.Testing.Servers;

namespace SelfHeal.Testing;

/// <content>Servers: programs with clients.</content>
public sealed partial class HealSession
{
    private static readonly TimeSpan LongRun = TimeSpan.FromMinutes(10);
    private readonly List<HealServer> _servers = [];

    private Readiness Readiness => new(
        _options.Ready, Placeholders.HasPort(_options.Arguments), Placeholders.HasSocket(_options.Arguments), _options.ReadyTimeout);

    /// <summary>Starts the program as a server under the recorder, with a port and a copy of <see cref="FilesDirectory"/> of
    /// its own, and waits until it is ready: it has printed the attribute's <c>Ready</c>, and listens on <c>{port}</c> or
    /// <c>{socket}</c> where those are among its arguments.</summary>
    /// <param name="patch">In force from the start; null: none.</param>
    /// <exception cref="SelfHealException">It ended before, or was not ready in time: its last output is in the message.</exception>
    public Task<HealServer> StartServerAsync(Patch? patch = null) =>
        StartServerAsync(patch is null ? "server" : "patched-server", RunMode.Record, patch);

    /// <summary>Looks for a run of the server that fails under chaos while this workload is its client, and for a patch that
    /// avoids the failure: a place where a thread is not switched out. Each run has a server of its own.</summary>
    /// <param name="workload">One round of what clients do. It throws where something is wrong.</param>
    /// <param name="policy">Who runs next: random[:PERMILLE], pct[:DEPTH], or pos.</param>
    /// <param name="options">How long to look, and what a patch has to stand.</param>
    /// <returns>The verdict; <see cref="HealVerdict.NothingToHeal"/>: no run failed.</returns>
    public async Task<HealResult> HealAsync(
        Func<ServerEndpoint, CancellationToken, Task> workload, string policy = "pct:3", RaceOptions? options = null)
    {
        options ??= new RaceOptions();
        ChaosDriver driver = Driver(options.WorkloadCountsRounds ? workload : InRounds(workload));
        ChaosOptions chaos = Chaos() with
        {
            Runs = options.Runs,
            Jobs = options.Jobs,
            FirstSeed = Math.Max(1, options.FirstSeed ?? _options.Seed),
            Timeout = options.RunTimeout ?? LongRun,
            Driver = driver,
        };
        ChaosFailure? failing = await FindAsync(chaos with { Driver = driver.ForRounds(options.RoundsPerRun) }, policy);
        HealResult result = failing is null
            ? RaceHealing.NothingFound(await DriveOnceAsync(workload), policy, options.Runs)
            : await RaceHealing.HealAsync(_host, failing, chaos, options, _directory.Next("heal"), _options.Say, CancellationToken);
        _record.Heals.Add(result);
        return result;
    }

    /// <summary>The program with the files of this session, for many runs.</summary>
    internal ChaosOptions Chaos() => new()
    {
        Program = Program,
        Arguments = Placeholders.ForChaos(_options.Arguments),
        Environment = RunEnvironment(),
        WorkingDirectory = ChaosOptions.WorkPlaceholder,
        Fresh = FilesDirectory,
        KeepDirectory = _directory.Next("chaos"),
        Timeout = _options.RunTimeout,
    };

    /// <summary>A workload that begins when the server is ready.</summary>
    internal ChaosDriver Driver(Func<ServerEndpoint, CancellationToken, Task> workload) => new("the workload", async (driven, token) =>
    {
        var server = new ServerEndpoint(Path.GetFileName(Program), driven.Run, driven.WorkDirectory, driven.Port, driven.ProcessId)
        {
            Rounds = driven.Rounds,
        };
        if (await Readiness.WaitAsync(server, driven.Ended, token) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        await workload(server, token);
    });

    /// <summary>The first run that fails, null if none does.</summary>
    internal async Task<ChaosFailure?> FindAsync(ChaosOptions options, string policy)
    {
        using var runner = new ChaosRunner(options, _host);
        ChaosResult result = await runner.RunAsync(Policy.Parse(policy), CancellationToken);
        CancellationToken.ThrowIfCancellationRequested();
        _options.Say($"{policy}: {result.Runs} runs from seed {options.FirstSeed} on, {result.Failures.Count} failed ({result.Elapsed.TotalSeconds:0.0} s)");
        if (result.Failures.Count == 0)
        {
            return null;
        }

        ChaosFailure failing = result.Failures[0];
        var run = RunResult.FromDirectory(failing.Run);
        Ended("chaos", run, new Failure(failing.Kind, failing.Sentence, run.Exit, []));
        return failing;
    }

    private static Func<ServerEndpoint, CancellationToken, Task> InRounds(Func<ServerEndpoint, CancellationToken, Task> workload) =>
        async (server, token) =>
        {
            for (int i = 0; i < server.Rounds; i++)
            {
                token.ThrowIfCancellationRequested();
                await workload(server, token);
            }
        };

    private async Task<HealServer> StartServerAsync(string what, RunMode mode, Patch? patch)
    {
        string run = _directory.Next(what), files = run + "-files";
        await StateCopy.CopyAsync(FilesDirectory, files, CancellationToken);
        int? port = Placeholders.ChoosePort(_options.Arguments);
        RunSession started = await _host.StartAsync(
            Request() with
            {
                Arguments = Placeholders.Fill(_options.Arguments, files, port),
                WorkingDirectory = files,
                StateDirectories = mode == RunMode.Plain ? [] : [files],
                RunDirectory = run,
                Mode = mode,
                Flags = mode == RunMode.Plain ? RunFlags.None : RunFlags.Refuse,
                Patch = patch is null ? null : Write(patch),
            },
            CancellationToken);
        var server = new HealServer(this, what, started, files, port);
        _servers.Add(server);
        if (await Readiness.WaitAsync(server, () => server.HasExited, CancellationToken) is not { } problem)
        {
            return server;
        }

        await server.DisposeAsync();
        throw new SelfHealException(problem);
    }

    private async Task<RunResult> ServeAsync(Func<ServerEndpoint, CancellationToken, Task> workload, RunMode mode, Patch? patch)
    {
        string what = mode == RunMode.Plain ? "plain-server" : patch is null ? "server" : "patched-server";
        await using HealServer server = await StartServerAsync(what, mode, patch);
        await workload(server, CancellationToken);
        return await server.StopAsync();
    }

    private async Task<RunDirectory> DriveOnceAsync(Func<ServerEndpoint, CancellationToken, Task> workload) =>
        (await ServeAsync(workload, RunMode.Record, null)).Directory;
}
