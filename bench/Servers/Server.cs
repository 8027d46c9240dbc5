using System.Diagnostics;

namespace SelfHeal.Bench.Servers;

/// <summary>A running server: the original, or under the recorder.</summary>
internal sealed class Server : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ServerProgram _program;
    private readonly string _directory;
    private readonly string? _processors;
    private readonly Process _process;

    /// <param name="program">The server.</param>
    /// <param name="directory">Empty; the server's own.</param>
    /// <param name="command">Its command line for that directory, with the launcher's in front where it is recorded.</param>
    /// <param name="processors">Where it and its clients run, for taskset; null: everywhere.</param>
    public Server(ServerProgram program, string directory, string[] command, string? processors)
    {
        _program = program;
        _directory = directory;
        _processors = processors;
        _process = Start(command);
        long start = Stopwatch.GetTimestamp();
        while (!Ask(program.Amount / 20))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > Limit)
            {
                Dispose();
                throw new BenchException($"{string.Join(' ', command)} does not come up");
            }

            Thread.Sleep(20);
        }
    }

    public int ProcessId => _process.Id;

    /// <summary>A command to its end, without input and output.</summary>
    public static void RunQuietly(string[] command)
    {
        using Process process = StartQuietly(command);
        process.WaitForExit();
    }

    /// <summary>The server's processor time, and wall time, in seconds, for an amount of work.</summary>
    public (double Processor, double Wall) Serve(int amount)
    {
        double before = ProcessClock.Seconds(ProcessId);
        long start = Stopwatch.GetTimestamp();
        if (!Ask(amount))
        {
            throw new BenchException($"{string.Join(' ', _program.Load(_directory, amount))} fails");
        }

        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (ProcessClock.Seconds(ProcessId) - before, wall);
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public void Stop()
    {
        using Process kill = Process.Start("kill", [$"{ProcessId}"]);
        if (!_process.WaitForExit(Limit))
        {
            throw new BenchException($"{_program.Name} does not end");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private bool Ask(int amount)
    {
        using Process load = Start(_program.Load(_directory, amount));
        load.WaitForExit();
        return load.ExitCode == 0;
    }

    private Process Start(string[] command) =>
        StartQuietly(_processors is null ? command : ["taskset", "-c", _processors, .. command]);

    // Its process keeps its number: all of them replace themselves.
    private static Process StartQuietly(string[] command) =>
        Process.Start("/bin/sh", ["-c", "exec \"$@\" > /dev/null 2>&1 < /dev/null", "sh", .. command]);
}
