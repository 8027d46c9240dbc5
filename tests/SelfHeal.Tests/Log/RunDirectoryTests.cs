using FluentAssertions;
using SelfHeal.Log;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class RunDirectoryTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public void What_is_saved_is_read_again()
    {
        RunInfo info = Example();
        RunDirectory.Create(_directory.At("run"), info);

        RunDirectory.Open(_directory.At("run")).Info.Should().BeEquivalentTo(info);
    }

    [Fact(Timeout = Limit)]
    public void A_directory_that_is_in_use_is_not_overwritten()
    {
        _directory.Write("precious", "");
        FluentActions.Invoking(() => RunDirectory.Create(_directory.Path, Example()))
            .Should().Throw<SelfHealException>().WithMessage("*already exists*");
    }

    [Fact(Timeout = Limit)]
    public void A_missing_run_is_one_sentence() => FluentActions.Invoking(() => RunDirectory.Open(_directory.At("none")))
        .Should().Throw<DamagedRunException>().WithMessage("There is no run directory *none.");

    [Fact(Timeout = Limit)]
    public void A_directory_that_is_no_run_is_one_sentence() => FluentActions.Invoking(() => RunDirectory.Open(_directory.Path))
        .Should().Throw<DamagedRunException>().WithMessage("*no run directory*");

    [Fact(Timeout = Limit)]
    public void A_newer_run_is_refused()
    {
        _directory.Write("run.json", """{"version": 99, "program": "x", "anything": 1}""");
        FluentActions.Invoking(() => RunDirectory.Open(_directory.Path))
            .Should().Throw<DamagedRunException>().WithMessage("*version 99*update SelfHeal.");
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"program\": 3}")]
    [InlineData("{\"program\": \"\"}")]
    [InlineData("{\"program\": \"x\", \"arguments\": null}")]
    [InlineData("{\"program\": \"x\", \"arguments\": [null]}")]
    [InlineData("{\"program\": \"x\", \"version\": 0}")]
    [InlineData("{\"program\": \"x\", \"mode\": \"Dance\"}")]
    [InlineData("{\"program\": \"x\", \"stateDirectories\": [\"relative\"]}")]
    [InlineData("{\"program\": \"x\", \"timeoutSeconds\": -1}")]
    public void A_damaged_run_json_is_refused(string json)
    {
        _directory.Write("run.json", json);
        FluentActions.Invoking(() => RunDirectory.Open(_directory.Path))
            .Should().Throw<DamagedRunException>().WithMessage("*run.json*damaged*");
    }

    /// <summary>Every prefix and 5,000 random byte changes (seed fixed): a run or a DamagedRunException.</summary>
    [Fact(Timeout = Limit)]
    public void Any_damage_of_run_json_is_a_sentence()
    {
        RunDirectory run = RunDirectory.Create(_directory.At("run"), Example());
        byte[] json = File.ReadAllBytes(run.At("run.json"));
        var random = new Random(17);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] damaged = round < json.Length ? json[..round] : [.. json];
            for (int i = 0; damaged.Length > 0 && round >= json.Length && i < 3; i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(run.At("run.json"), damaged);
            try
            {
                RunDirectory.Open(run.Path);
            }
            catch (DamagedRunException error)
            {
                error.Message.Should().Contain("run.json");
            }
        }
    }

    [Fact(Timeout = Limit)]
    public void The_whole_input_is_what_was_read_and_the_rest()
    {
        RunDirectory run = RunDirectory.Create(_directory.At("run"), Example());
        File.WriteAllBytes(run.At("events/000000.seg"), new SegmentBuilder().Stream(0, 0, "abc"u8.ToArray()).Build(0, 0));
        File.WriteAllText(run.At("stdin.rest"), "def");

        run.WholeInput().ToArray().Should().Equal("abcdef"u8.ToArray());
        run.UnreadInput().ToArray().Should().Equal("def"u8.ToArray());
    }

    [Fact(Timeout = Limit)]
    public void The_unread_input_of_a_known_input_is_what_the_log_does_not_hold()
    {
        RunDirectory run = RunDirectory.Create(_directory.At("run"), Example());
        File.WriteAllBytes(run.At("events/000000.seg"), new SegmentBuilder().Stream(0, 0, "abc"u8.ToArray()).Build(0, 0));
        File.WriteAllText(run.At("stdin"), "abcdef");

        run.WholeInput().ToArray().Should().Equal("abcdef"u8.ToArray());
        run.UnreadInput().ToArray().Should().Equal("def"u8.ToArray());
    }

    private static RunInfo Example() => new()
    {
        SelfHeal = "0.1.0",
        Program = "bc",
        ProgramPath = "/usr/bin/bc",
        Arguments = ["-q", "a b", "ü"],
        Environment = ["PATH=/usr/bin", "EMPTY="],
        WorkingDirectory = "/tmp",
        StateDirectories = ["/var/x"],
        BuildId = "0123456789abcdef",
        Seed = ulong.MaxValue,
        Mode = RunMode.Record,
        Flags = RunFlags.Tee | RunFlags.Refuse,
        StackLimit = 8 << 20,
        Input = "bytes",
        TimeoutSeconds = 1.5,
        Started = DateTimeOffset.UnixEpoch,
        Outcome = new RunOutcome(null, 6, TimedOut: false, 0.25),
    };
}
