using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Patches;
using SelfHeal.Requests;
using SelfHeal.Search;
using Xunit;

namespace SelfHeal.Tests.Search;

/// <summary>Little servers of several protocols, healed: their clients get an answer of the protocol, and the connection stays up.</summary>
public sealed class DropAnswerTests : IDisposable
{
    private const int Limit = 180_000;
    private const string Refused = "request refused by the environment patch";
    private static readonly HealOptions Options = new() { ShrinkTime = TimeSpan.FromSeconds(20) };
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalHost _host = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_http_client_gets_a_400_with_a_text()
    {
        HealResult result = await HealAsync(ServerPrograms.Http, "http", i => $"GET /page{i} HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a@@b?x=1 HTTP/1.1\r\nHost: h\r\n\r\n");

        await using ServerRun server = await PatchedAsync(result);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
        (await client.GetStringAsync("first")).Should().Be("ok");
        using HttpResponseMessage refused = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/a@@b?x=1"));
        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).Should().Be(Refused);
        (await client.GetStringAsync("second")).Should().Be("ok");
    }

    [Fact(Timeout = Limit)]
    public async Task A_redis_client_gets_an_error()
    {
        HealResult result = await HealAsync(ServerPrograms.Resp, "resp", i => Resp("GET", $"name{i}"), Resp("GET", "some@@body"));

        await using ServerRun server = await PatchedAsync(result);
        NetworkStream client = await server.ConnectAsync();
        (await ServerRun.AskAsync(client, Resp("GET", "name"))).Should().Be("+OK\r\n");
        (await ServerRun.AskAsync(client, Resp("GET", "an@@other"))).Should().Be($"-ERR {Refused}\r\n", PatchFile.Write(result.Patch!));
        (await ServerRun.AskAsync(client, Resp("GET", "more"))).Should().Be("+OK\r\n");
    }

    [Fact(Timeout = Limit)]
    public async Task An_imap_client_gets_a_no_with_its_tag()
    {
        HealResult result = await HealAsync(ServerPrograms.Imap, "imap", i => $"a{i} STATUS box{i} (MESSAGES)\r\n", "a99 STATUS box@@ (MESSAGES)\r\n");

        await using ServerRun server = await PatchedAsync(result);
        NetworkStream client = await server.ConnectAsync();
        (await ServerRun.AskAsync(client, "b1 NOOP\r\n")).Should().Be("b1 OK done\r\n");
        (await ServerRun.AskAsync(client, "b2 STATUS my@@ (MESSAGES)\r\n")).Should().Be($"b2 NO {Refused}\r\n");
        (await ServerRun.AskAsync(client, "b3 NOOP\r\n")).Should().Be("b3 OK done\r\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_with_a_thread_for_each_client_is_healed_and_the_others_are_served_meanwhile()
    {
        HealResult result = await HealAsync(ServerPrograms.Threads, "line", i => $"get name{i}\n", "get some@@body\n");

        await using ServerRun server = await PatchedAsync(result);
        NetworkStream first = await server.ConnectAsync(), second = await server.ConnectAsync();
        (await ServerRun.AskAsync(first, "get a\n")).Should().Be("got get a\n");
        await second.WriteAsync(Encoding.ASCII.GetBytes("get my@@\n"));
        (await ServerRun.AskAsync(first, "get b\n")).Should().Be("got get b\n");
        (await ServerRun.AskAsync(second, "get c\n")).Should().Be("got get c\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData("gone", "it does not fail")]
    [InlineData("stay", "it hangs and does not fail as recorded")]
    public async Task What_does_not_fail_again_in_a_fresh_run_is_said(string request, string sentence)
    {
        string flag = _directory.At("flag");
        await File.WriteAllTextAsync(flag, "");
        RunDirectory run = await RecordAsync(ServerPrograms.Threads, i => $"get name{i}\n", request + "\n", $"FLAG={flag}");
        File.Delete(flag);
        HealResult result = await new Healer(_host).HealAsync(run, Options with { Timeout = TimeSpan.FromSeconds(4) });

        result.Verdict.Should().Be(HealVerdict.NotHealed);
        result.Sentence.Should().Contain("in a fresh run with the recorded input " + sentence);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_whose_bytes_also_came_without_harm_is_not_dropped_and_that_is_said()
    {
        RunDirectory run = await RecordAsync(ServerPrograms.Threads, i => i is 3 or 5 ? "again\n" : "get name\n", "again\n");
        HealResult result = await new Healer(_host).HealAsync(run, Options);

        result.Verdict.Should().Be(HealVerdict.NotHealed);
        result.Sentence.Should().Contain("also came without harm");
    }

    private async Task<HealResult> HealAsync(string program, string framing, Func<int, string> benign, string bad)
    {
        HealResult result = await new Healer(_host).HealAsync(await RecordAsync(program, benign, bad), Options);
        result.Verdict.Should().Be(HealVerdict.Healed, "{0}; {1}", result.Sentence, string.Join("; ", result.Trials.Select(trial => trial.Outcome)));
        result.Patch!.Entries.OfType<DropEntry>().Should().ContainSingle().Which.Framing.Should().Be(Framing.Parse(framing));
        return result;
    }

    private async Task<RunDirectory> RecordAsync(string program, Func<int, string> benign, string bad, params string[] environment)
    {
        Compiler.Build(_directory, "prog", program, "-O1", "-g", "-w", "-pthread");
        await using ServerRun server = await ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("run"), environment: environment);
        NetworkStream client = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            (await ServerRun.AskAsync(client, benign(i))).Should().NotBeEmpty();
        }

        (await ServerRun.AskAsync(client, bad)).Should().BeEmpty();
        return (await server.EndAsync()).Directory;
    }

    private Task<ServerRun> PatchedAsync(HealResult result) =>
        ServerRun.StartAsync(_host, _directory.At("prog"), _directory.At("patched"), result.PatchPath);

    private static string Resp(params string[] words) => $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
}
