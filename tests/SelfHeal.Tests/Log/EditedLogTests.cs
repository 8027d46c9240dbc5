using System.Text;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Requests;
using SelfHeal.Search;
using SelfHeal.Tests.Search;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class EditedLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Other_bytes_take_a_requests_place_and_all_else_stays()
    {
        RunDirectory run = await RecordAsync();
        RecordedRequests recorded = RecordedRequests.Read(run.OpenLog());
        recorded.Connections.Should().HaveCount(2).And.OnlyContain(one => one.IsAccepted && one.Listening >= 0);
        recorded.Requests.Select(Text).Should().Equal("sum 1 2\n", "sum 3 4\n", "sum 5 6\n", "sum 7 8\n", "end\n");
        recorded.Requests.Should().OnlyContain(one => one.Framing.Equals(Framing.Line));
        Dictionary<long, ReadOnlyMemory<byte>> edits = RequestEdits.Of([(recorded.Requests[1], "other\n"u8.ToArray()), (recorded.Requests[3], default)]);

        IReadOnlyList<LoggedEvent> before = [.. run.OpenLog().Read()], after = Write(run, edits, killBehind: recorded.Requests[1].LastEvent);
        RecordedRequests.Read(new EventLog(_directory.At("copy"))).Requests.Select(Text)
            .Should().Equal("sum 1 2\n", "other\n", "sum 5 6\n", "end\n");
        after.Should().HaveCount(before.Count, "one read is gone, and one signal came");
        after.Select(one => one.Code).Where(code => code != (int)EventCode.Signal).Should().Equal(
            before.Where(one => one.Index != recorded.Requests[3].LastEvent).Select(one => one.Code));
        after.Single(one => one.Code == (int)EventCode.Signal).Index.Should().Be(recorded.Requests[1].LastEvent + 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_edits_the_copy_says_the_same()
    {
        RunDirectory run = await RecordAsync();
        Write(run, []).Select(Shown).Should().Equal(run.OpenLog().Read().Select(Shown));

        static string Shown(LoggedEvent one) =>
            $"{one.Index} {one.Code} {one.Check} {one.Result} {one.Descriptor} {Convert.ToHexString(one.Input.Span)} {Convert.ToHexString(one.Blob.Span)}";
    }

    private IReadOnlyList<LoggedEvent> Write(RunDirectory run, Dictionary<long, ReadOnlyMemory<byte>> edits, long? killBehind = null)
    {
        Directory.CreateDirectory(_directory.At("copy"));
        var log = new EditedLog(run.At("events"));
        log.Write(
            _directory.At("copy"), log.Events, one => edits.TryGetValue(one.Index, out ReadOnlyMemory<byte> input) ? input : default(ReadOnlyMemory<byte>?),
            killBehind: killBehind);
        return [.. new EventLog(_directory.At("copy")).Read()];
    }

    private async Task<RunDirectory> RecordAsync()
    {
        Compiler.Build(_directory, "prog", ServerPrograms.Lines, "-O1");
        await using ServerRun server = await ServerRun.StartAsync(new LocalHost(), _directory.At("prog"), _directory.At("run"));
        var first = await server.ConnectAsync();
        var second = await server.ConnectAsync();
        (await ServerRun.AskAsync(first, "sum 1 2\n")).Should().Be("3\n");
        (await ServerRun.AskAsync(second, "sum 3 4\n")).Should().Be("7\n");
        (await ServerRun.AskAsync(first, "sum 5 6\n")).Should().Be("11\n");
        (await ServerRun.AskAsync(second, "sum 7 8\n")).Should().Be("15\n");
        await first.WriteAsync("end\n"u8.ToArray());
        return (await server.EndAsync()).Directory;
    }

    private static string Text(RecordedRequest request) => Encoding.ASCII.GetString(request.Bytes.Span);
}
