using System.Text;
using FluentAssertions;
using SelfHeal.Hosts;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class EventLogTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>The third argument of socket(2) was taken for a byte count, which the result may be told by: a run that went
    /// live did not know its listening socket, where that was descriptor 6.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_socket_whose_descriptor_is_the_number_of_its_protocol_is_told_by_number()
    {
        string program = Compiler.Build(_directory, "six", """
            #include <netinet/in.h>
            #include <sys/socket.h>
            #include <unistd.h>
            int main(void) {
                for (int fd = 3; fd < IPPROTO_TCP; fd++)
                    dup2(0, fd);
                return socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            }
            """);
        RunResult run = await new LocalHost().RunAsync(
            new RunRequest { Program = program, RunDirectory = _directory.At("run") }, TestContext.Current.CancellationToken);
        run.Exit.Code.Should().Be(6);
        run.Directory.OpenLog().Read().Single(logged => logged.Name == "socket").Result.Should().Be(6);
    }

    [Fact(Timeout = Limit)]
    public void Every_result_form_is_decoded()
    {
        Segment(0, new SegmentBuilder()
            .Event(3).Event(1, 1).Event(39, 2, [200]).Event(2, 3, [2]).Event(4, 4, SegmentBuilder.U32(70000))
            .Event(9, 5, SegmentBuilder.U64(ulong.MaxValue)).Delta(721, 5).Delta(721, 3, 0).Delta(721, 2, 1).Event(7, 7));

        Read().Select(e => e.Result).Should().Equal(0, null, 200, -2, 70000, -1, 5, 3, 4 + 16384, 1);
    }

    [Fact(Timeout = Limit)]
    public void Differences_are_kept_per_code_and_across_segments()
    {
        var first = new SegmentBuilder().Delta(721, 10).Delta(720, 1);
        Segment(0, first);
        Segment(1, new SegmentBuilder().Delta(721, 1), first.Count);

        Read().Select(e => e.Result).Should().Equal(10, 1, 11);
    }

    [Fact(Timeout = Limit)]
    public void Input_of_one_descriptor_is_put_together()
    {
        Segment(0, new SegmentBuilder().Stream(0, 0, "ab"u8.ToArray()).More(0, "cd"u8.ToArray())
            .Short(0, 5, "x"u8.ToArray()).More(0, "y"u8.ToArray()).Stream(0, 0, "e"u8.ToArray()));

        IReadOnlyList<InputStream> streams = Inputs.Read(new EventLog(_directory.Path));

        streams.Select(s => (s.Descriptor, Encoding.UTF8.GetString(s.Bytes.Span)))
            .Should().Equal((0, "abcde"), (5, "xy"));
        streams[0].Chunks.Should().Equal((0, 2), (1, 2), (4, 1));
    }

    [Fact(Timeout = Limit)]
    public void Input_may_leave_out_what_the_last_one_said()
    {
        Segment(0, new SegmentBuilder().Short(0, 4, "ab"u8.ToArray()).Short(0, 6, "cd"u8.ToArray()).Short(0, 8, "e"u8.ToArray())
            .Short(0, 6, "f"u8.ToArray()).Event(0, 1, null, 7, "g"u8.ToArray()).Event(0, 7, null, 1, "h"u8.ToArray()));

        Read().Select(e => (e.Descriptor, Encoding.UTF8.GetString(e.Input.Span))).Should()
            .Equal((4, "ab"), (6, "cd"), (8, "e"), (6, "f"), (4, "g"), (4, "h"));
    }

    [Fact(Timeout = Limit)]
    public void Blobs_are_decoded()
    {
        Segment(0, new SegmentBuilder().Event(5, 0, null, 3, [3, 1, 2, 3])
            .Event(5, 0, null, 4, [.. SegmentBuilder.U32(2), 8, 9])
            .Event(45, 2, [1], 5, [.. SegmentBuilder.U16(4), .. SegmentBuilder.U32(1), 7, .. SegmentBuilder.U32(2), 5, 6]));

        LoggedEvent[] events = Read();
        events.Select(e => e.Blob.ToArray()).Should().BeEquivalentTo(
            new byte[][] { [1, 2, 3], [8, 9], [5, 6] }, options => options.WithStrictOrdering());
        events[2].Input.ToArray().Should().Equal(7);
    }

    [Fact(Timeout = Limit)]
    public void A_killed_process_leaves_a_log_that_reads_to_the_last_commit()
    {
        File.WriteAllBytes(
            _directory.At("000000.seg"), new SegmentBuilder().Event(3).Event(3).Build(0, 0, sealedSegment: false, extra: 4096));

        Read().Should().HaveCount(2);
    }

    [Fact(Timeout = Limit)]
    public void An_empty_segment_is_damaged_and_says_so()
    {
        File.WriteAllBytes(_directory.At("000000.seg"), []);

        FluentActions.Invoking(Read).Should().Throw<DamagedLogException>().WithMessage("*000000.seg*empty*record the run again*");
    }

    [Fact(Timeout = Limit)]
    public void A_missing_segment_is_damage()
    {
        Segment(0, new SegmentBuilder().Event(3));
        Segment(2, new SegmentBuilder().Event(3), 1);

        FluentActions.Invoking(Read).Should().Throw<DamagedLogException>().WithMessage("*missing*");
    }

    [Fact(Timeout = Limit)]
    public void A_truncated_segment_is_damage_at_every_length()
    {
        byte[] whole = Example().Build(0, 0);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_directory.At("000000.seg"), whole[..length]);
            FluentActions.Invoking(Read).Should().Throw<DamagedLogException>($"{length} bytes are left")
                .Which.Offset.Should().BeInRange(0, whole.Length);
        }
    }

    [Fact(Timeout = Limit)]
    public void A_flipped_bit_in_a_sealed_segment_never_goes_unnoticed()
    {
        byte[] whole = Example().Build(0, 0);
        int from = AbiLayout.SegmentSize * 8;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_directory.At("000000.seg"), flipped);
            Action read = () => Read();
            if (bit >= from)
            {
                read.Should().Throw<DamagedLogException>($"bit {bit} is flipped");
            }
            else
            {
                ReadsOrSaysDamaged(read);
            }
        }
    }

    /// <summary>Random bytes behind an unsealed header: 20,000 logs, seed fixed; every one must end in events or in
    /// a DamagedLogException.</summary>
    [Fact(Timeout = Limit)]
    public void Random_bytes_never_crash_or_hang_the_reader()
    {
        var random = new Random(4711);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] segment = new SegmentBuilder().Build(0, 0, sealedSegment: false, extra: random.Next(200));
            random.NextBytes(segment.AsSpan(AbiLayout.SegmentSize));
            BitConverter.TryWriteBytes(segment.AsSpan(AbiLayout.SegmentCommitted), (long)segment.Length);
            var decoder = new EventDecoder();
            int at = AbiLayout.SegmentSize;
            ReadsOrSaysDamaged(() =>
            {
                while (at < segment.Length)
                {
                    int before = at;
                    decoder.Decode(segment, ref at, "x.seg", 0);
                    at.Should().BeGreaterThan(before);
                }
            });
        }
    }

    [Fact(Timeout = Limit)]
    public void A_single_threaded_log_is_one_interval()
    {
        Segment(0, Example());
        Intervals.Read(new EventLog(_directory.Path)).Should().Equal(
            new Interval(0, 0, Example().Count, null, null, null, IntervalEnd.ProgramEnded));
    }

    private static SegmentBuilder Example() => new SegmentBuilder().Event(3).Stream(0, 0, "hello"u8.ToArray())
        .Delta(721, 0x514, 0x0a).Short(0, 3, "?"u8.ToArray()).Event(5, 0, null, 3, [3, 1, 2, 3]).More(0, "!"u8.ToArray()).Event(709, 0);

    private static void ReadsOrSaysDamaged(Action read)
    {
        try
        {
            read();
        }
        catch (DamagedLogException error)
        {
            error.Message.Should().EndWith(".");
        }
    }

    private void Segment(int index, SegmentBuilder builder, long first = 0) =>
        File.WriteAllBytes(_directory.At($"{index:D6}.seg"), builder.Build(index, first));

    private LoggedEvent[] Read() => [.. new EventLog(_directory.Path).Read()];
}
