using System.Net.Sockets;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;
using SelfHeal.Tests.Search;
using Xunit;

namespace SelfHeal.Tests.Replay;

public sealed class ReplayerTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData("cat")]
    [InlineData("sort", "-r")]
    [InlineData("date", "+%N")]
    [InlineData("od", "-N8", "/dev/urandom")]
    [InlineData("ls", "-la", "/proc/self")]
    public async Task A_replay_gives_the_same_events_and_output(params string[] command)
    {
        RunResult run = await RecordAsync("one\ntwo\nthree\n", command);
        ReplayResult replay = await ReplayAsync(run);

        replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
        replay.SameOutput.Should().BeTrue();
        replay.Run.Control.Events.Should().Be(run.Control.Events);
    }

    [Fact(Timeout = Limit)]
    public async Task A_replay_ends_with_the_same_signal()
    {
        string program = Compiler.Build(_directory, "crash", "int main(void) { return *(volatile int *)8; }");
        ReplayResult replay = await ReplayAsync(await RecordAsync("", program));

        replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
        replay.Run.Exit.Signal.Should().Be(11);
    }

    [Fact(Timeout = Limit)]
    public async Task A_killed_program_replays_to_the_point_of_the_kill()
    {
        await using RunSession session = await _host.StartAsync(Request("cat"));
        (await session.RequestAsync("one", TimeSpan.FromSeconds(20))).Should().Be("one\n");
        session.Kill();
        RunResult run = await session.FinishAsync();
        ReplayResult replay = await ReplayAsync(run);

        run.Exit.Signal.Should().Be(9);
        replay.Outcome.Should().Be(ReplayOutcome.LogEnded, replay.Sentence);
        replay.Run.StandardOutput.Should().Be("one\n");
    }

    /// <summary>They share one there, for that is faster.</summary>
    [Fact(Timeout = Limit)]
    public async Task Threads_of_a_fresh_run_see_as_many_processors_as_those_of_the_recorded_one()
    {
        RunResult run;
        await using (ServerRun server = await ServerRun.StartAsync(_host, Compiler.Build(_directory, "prog", ServerPrograms.Threads, "-O1", "-w", "-lpthread"), _directory.At("run")))
        {
            NetworkStream client = await server.ConnectAsync();
            (await ServerRun.AskAsync(client, "processors\n")).Should().Be("got processors\n");
            await client.WriteAsync("end\n"u8.ToArray());
            run = await server.EndAsync();
        }

        run.StandardOutput.Should().EndWith($"\n{Environment.ProcessorCount} processors\n");
        RunResult fresh = (await new Replayer(_host).ReplayAsync(
            run.Directory, new ReplayOptions { Fresh = true, Sandbox = SandboxUse.Required, RunDirectory = _directory.At("fresh") })).Run;
        fresh.StandardOutput.Should().EndWith($"\n{Environment.ProcessorCount} processors\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_replay_does_not_touch_the_real_state()
    {
        string state = Directory.CreateDirectory(_directory.At("state")).FullName;
        RunResult run = await RecordAsync("", ["sh", "-c", $"echo 1 >> {state}/log; cat {state}/log"], state);
        ReplayResult replay = await ReplayAsync(run);

        replay.Outcome.Should().Be(ReplayOutcome.Exact, replay.Sentence);
        File.ReadAllText(Path.Combine(state, "log")).Should().Be("1\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_trace_holds_every_event()
    {
        RunResult run = await RecordAsync("x\n", "cat");
        ReplayResult replay = await ReplayAsync(run, new ReplayOptions { Trace = true });

        TraceReader.Read(replay.Run.Directory.At("trace.bin")).Count(record => record.Kind == TraceKind.Event)
            .Should().BeGreaterThan(3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_damaged_log_is_said_to_be_damaged()
    {
        RunResult run = await RecordAsync("x\n", "cat");
        string segment = run.Directory.At("events/000000.seg");
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[^3] ^= 1;
        File.WriteAllBytes(segment, bytes);

        await FluentActions.Awaiting(() => ReplayAsync(run)).Should().ThrowAsync<DamagedLogException>();
    }

    [Fact(Timeout = Limit)]
    public async Task Another_program_diverges_or_is_refused()
    {
        string program = Compiler.Build(_directory, "prog", "#include <stdio.h>\nint main(void) { puts(\"a\"); return 0; }");
        RunResult run = await RecordAsync("", program);
        Compiler.Build(_directory, "prog", "#include <stdio.h>\nint main(void) { getchar(); puts(\"b\"); return 1; }");
        ReplayResult replay = await ReplayAsync(run);

        replay.Outcome.Should().BeOneOf(ReplayOutcome.Diverged, ReplayOutcome.Refused);
        replay.IsExact.Should().BeFalse();
        replay.Sentence.Should().NotBeEmpty();
    }

    private RunRequest Request(string program) => new()
    {
        Program = program, RunDirectory = _directory.At("run"), Timeout = TimeSpan.FromSeconds(40),
    };

    private Task<RunResult> RecordAsync(string input, params string[] command) => RecordAsync(input, command, null);

    private Task<RunResult> RecordAsync(string input, string[] command, string? state) => _host.RunAsync(Request(command[0]) with
    {
        Arguments = command[1..], Input = RunInput.FromText(input), StateDirectories = state is null ? [] : [state],
    });

    private Task<ReplayResult> ReplayAsync(RunResult run, ReplayOptions? options = null) =>
        new Replayer(_host).ReplayAsync(run.Directory, (options ?? new ReplayOptions()) with { RunDirectory = _directory.At("replay") });
}
