using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Reports;
using SelfHeal.Requests;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Search;

public sealed class DropTests : IDisposable
{
    private const int Limit = 180_000;
    private const string Bad = "get somebody@@example.org please\n";
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_request_that_kills_a_server_is_dropped_and_those_like_it_but_no_benign_one()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", Bad));

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Trials.Should().HaveCountLessThanOrEqualTo(2);
        DroppedRequest dropped = result.Dropped.Should().ContainSingle().Subject;
        (dropped.Text, dropped.BenignTried, dropped.FalsePositives).Should().Be(("\"get somebody@@example.org please\\n\"", 40, 0));
        dropped.Smallest.Length.Should().BeLessThan(10);
        dropped.Replays.Should().BeLessThanOrEqualTo(130);
        DropEntry entry = result.Patch!.Drops.Should().ContainSingle().Subject;
        entry.Frames.Should().HaveCountGreaterThan(1, "the read is in libc, its caller in the server");
        entry.Framing.Should().Be(Framing.Line);
        string[] variants = ["get a@@b\n", "get nobody@@\n", "get somebody@@example.org\n", "get x@@y z, and more\n"];
        variants.Should().OnlyContain(line => entry.Patterns.Any(pattern => pattern.Matches(Encoding.ASCII.GetBytes(line))));
        var random = new Random(7);
        IEnumerable<string> benign = Enumerable.Range(0, 2000).Select(_ => random.Next(3) switch
        {
            0 => $"get {Word(random)}@{Word(random)} {Word(random)}\n",
            1 => $"sum {random.Next()} {random.Next(100)}\n",
            _ => $"{Word(random)} {Word(random)}\n",
        });
        benign.Should().NotContain(line => entry.Patterns.Any(pattern => pattern.Matches(Encoding.ASCII.GetBytes(line))));
        HealReport.ToJson(result).Should().Contain("\"falsePositives\": 0").And.Contain("\"framing\": \"line\"");
        HealReport.ToMarkdown(result).Should().Contain("| dropped |");
    }

    [Fact(Timeout = Limit)]
    public async Task With_the_patch_the_bad_request_never_arrives_and_all_others_are_served()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", Bad));

        await using ServerRun server = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("patched"), result.PatchPath);
        NetworkStream first = await server.ConnectAsync(), second = await server.ConnectAsync();
        (await ServerRun.AskAsync(first, "get me@home\n")).Should().Be("got 1\n");
        await first.WriteAsync(Encoding.ASCII.GetBytes("get other@@place now\n"));
        (await ServerRun.AskAsync(second, "sum 1 2\n")).Should().Be("3\n", "nobody waits for a request that never arrives");
        (await ServerRun.AskAsync(first, "get you@home\n")).Should().Be("got 3\n");
        await second.WriteAsync("end\n"u8.ToArray());
        RunResult run = await server.EndAsync();
        run.Exit.IsSuccess.Should().BeTrue();
        run.Control.Hits.Should().Equal(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_on_which_a_server_hangs_is_dropped()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", "turn 7\n", hangs: true), new HealOptions { ShrinkTime = TimeSpan.FromSeconds(4) });

        result.Failure.Kind.Should().Be(FailureKind.Hang);
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Trials.Should().ContainSingle();
        result.Dropped.Should().ContainSingle().Which.Text.Should().Be("\"turn 7\\n\"");
        result.PatchedRun!.Control.Hits.Should().Equal(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_different_bad_requests_of_one_read_are_healed_by_one_patch()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", "get a@@\nget b\nsum 5 500\n"));

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Dropped.Select(one => one.Text).Should().Equal("\"get a@@\\n\"", "\"sum 5 500\\n\"");
        result.Patch!.Drops.Should().ContainSingle().Which.Patterns.Should().HaveCountGreaterThanOrEqualTo(2);
        result.PatchedRun!.Control.Hits.Should().Equal(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_bad_request_in_a_patched_run_joins_the_first_ones_patch()
    {
        HealResult first = await HealAsync(await RecordLinesAsync("run", Bad));
        RunDirectory again = await RecordLinesAsync("again", "get b@@c\nsum 5 500\n", first.PatchPath);
        HealResult second = await HealAsync(again);

        second.Verdict.Should().Be(HealVerdict.Healed, second.Sentence);
        DropEntry entry = second.Patch!.Drops.Should().ContainSingle().Subject;
        entry.Patterns.Should().Contain(first.Patch!.Drops.Single().Patterns).And.HaveCountGreaterThan(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_query_that_kills_is_answered_by_an_error_packet()
    {
        Compiler.Build(_directory, "prog", ServerPrograms.Packets, "-O1", "-g", "-w");
        RunDirectory run;
        await using (ServerRun server = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("run")))
        {
            NetworkStream client = await server.ConnectAsync();
            await ServerRun.AskAsync(client, Packet(1, "login me"));
            for (int i = 0; i < 10; i++)
            {
                (await ServerRun.AskAsync(client, Packet(0, $"\u0003SELECT {i} FROM t"))).Should().Equal(1, 0, 0, 1, 0);
            }

            (await ServerRun.AskAsync(client, Packet(0, "\u0003SELECT explode(1, 2) FROM somewhere"))).Should().BeEmpty();
            run = (await server.EndAsync()).Directory;
        }

        HealResult result = await HealAsync(run);
        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Dropped.Single().Request.Framing.Should().Be(Framing.Mysql);
        result.Patch!.Drops.Single().Patterns.Should().Contain(pattern => pattern.Matches(Packet(0, "\u0003SELECT explode(33) FROM t")));
        await using ServerRun patched = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("patched"), result.PatchPath);
        NetworkStream one = await patched.ConnectAsync();
        await ServerRun.AskAsync(one, Packet(1, "login me"));
        byte[] answer = await ServerRun.AskAsync(one, Packet(0, "\u0003SELECT explode(1, 2) FROM somewhere"));
        answer[..7].Should().Equal((byte)(answer.Length - 4), 0, 0, 1, 0xff, 0x51, 0x04);
        Encoding.ASCII.GetString(answer[7..]).Should().Be("#HY000request refused by the environment patch");
        (await ServerRun.AskAsync(one, Packet(0, "\u0003SELECT 1"))).Should().Equal(1, 0, 0, 1, 0);
    }

    [Fact(Timeout = Limit)]
    public async Task An_overflow_is_healed_by_room_and_no_request_is_dropped()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", $"put {new string('x', 90)}\n"));

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Patch!.Entries.Should().AllBeOfType<PadEntry>();
        result.Dropped.Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_replays_the_request_alone_is_dropped_and_the_result_says_so()
    {
        HealResult result = await HealAsync(await RecordLinesAsync("run", Bad), new HealOptions { ShrinkReplays = 1, PatternReplays = 1 });

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Dropped.Single().Notes.Should().Contain(note => note.Contains("used up"));
        result.Patch!.Drops.Single().Patterns.Should().OnlyContain(pattern => pattern.Matches(Encoding.ASCII.GetBytes(Bad)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_benign_run_keeps_the_pattern_from_its_requests()
    {
        RunDirectory failed = await RecordLinesAsync("run", "sum 1 100\n");
        Compiler.Build(_directory, "prog", ServerPrograms.Lines.Replace("b > 99", "b > 9999", StringComparison.Ordinal), "-O1", "-g");
        RunDirectory benign = await RecordLinesAsync("benign", "sum 1 200\n");
        Compiler.Build(_directory, "prog", ServerPrograms.Lines, "-O1", "-g");
        HealResult result = await HealAsync(failed, new HealOptions { BenignRuns = [benign] });

        result.Verdict.Should().Be(HealVerdict.Healed, result.Sentence);
        result.Patch!.Drops.Single().Patterns.Should().NotContain(pattern => pattern.Matches(Encoding.ASCII.GetBytes("sum 1 200\n")));
        result.Dropped.Single().BenignTried.Should().BeGreaterThan(80);
    }

    /// <summary>Forty lines of two clients; then what is said, and the end if the server still runs.</summary>
    private async Task<RunDirectory> RecordLinesAsync(string name, string last, string? patch = null, bool hangs = false)
    {
        if (!File.Exists(_directory.At("prog")))
        {
            Compiler.Build(_directory, "prog", ServerPrograms.Lines, "-O1", "-g");
        }

        await using ServerRun server = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At(name), patch, seconds: hangs ? 4 : 40);
        NetworkStream first = await server.ConnectAsync(), second = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            (await ServerRun.AskAsync(first, $"get name{i}@host\n")).Should().StartWith("got");
            (await ServerRun.AskAsync(second, $"sum {i} {i * 3}\n")).Should().Be($"{i * 4}\n");
        }

        if (hangs)
        {
            await first.WriteAsync(Encoding.ASCII.GetBytes(last));
        }
        else if ((await ServerRun.AskAsync(first, last)).Length > 0)
        {
            await second.WriteAsync("end\n"u8.ToArray());
        }

        return (await server.EndAsync()).Directory;
    }

    private Task<HealResult> HealAsync(RunDirectory run, HealOptions? options = null) => new Healer(_host).HealAsync(run, options ?? new HealOptions { ShrinkTime = TimeSpan.FromSeconds(20) });

    private static byte[] Packet(byte sequence, string payload) =>
        [(byte)payload.Length, 0, 0, sequence, .. Encoding.Latin1.GetBytes(payload)];

    private static string Word(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)random.Next('a', 'z' + 1))]);
}
