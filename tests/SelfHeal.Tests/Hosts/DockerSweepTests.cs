using System.Diagnostics;
using FluentAssertions;
using SelfHeal.Hosts;
using Xunit;

namespace SelfHeal.Tests.Hosts;

[Collection("containers")] // they look at all containers of this process
public sealed class DockerSweepTests
{
    private const int Limit = 120_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task What_a_killed_process_left_is_removed_and_what_a_living_one_has_stays()
    {
        await DockerBase.NeedEngineAsync();
        var engine = new DockerEngine();
        string[] own = OwnerMark.Own.Split('-');
        string dead = $"{own[0]}-1-{own[2]}"; // the number is taken again, by a process that started later
        string left = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"selfheal-docker-{dead}-x")).FullName;
        string kept = DockerSweep.MakeDirectory();
        try
        {
            string gone = await CreateAsync(engine, dead);
            string stays = await CreateAsync(engine, OwnerMark.Own);

            await DockerSweep.RunAsync(engine, Cancellation);

            string all = await engine.RunAsync(["ps", "--all", "--quiet", "--no-trunc"], "list", Cancellation);
            await engine.RunAsync(["rm", stays], "remove", Cancellation);
            all.Should().Contain(stays).And.NotContain(gone);
            Directory.Exists(left).Should().BeFalse();
            Directory.Exists(kept).Should().BeTrue();
        }
        finally
        {
            Directory.Delete(kept);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Containers_are_gone_when_their_host_is_disposed_of()
    {
        DockerHost host = await DockerBase.HostAsync();
        (await host.HasProgramAsync("perl", Cancellation)).Should().BeTrue();
        (await OwnAsync()).Should().NotBeEmpty();
        await host.DisposeAsync();
        (await OwnAsync()).Should().BeEmpty();
    }

    [Fact]
    public void A_process_that_cannot_be_seen_may_live()
    {
        OwnerMark.MayLive(OwnerMark.Own).Should().BeTrue();
        OwnerMark.MayLive("1-2-3").Should().BeTrue();
        OwnerMark.MayLive("what").Should().BeTrue();
        OwnerMark.MayLive($"{int.MaxValue}-1-{OwnerMark.Own.Split('-')[2]}").Should().BeFalse();
    }

    private static async Task<string> CreateAsync(DockerEngine engine, string mark) => (await engine.RunAsync(
        ["create", "--label", $"{DockerSweep.Label}={mark}", DockerBase.Image], "create", Cancellation)).Trim();

    private static Task<string> OwnAsync() => new DockerEngine().RunAsync(
        ["ps", "--all", "--quiet", "--filter", $"label={DockerSweep.Label}={OwnerMark.Own}"], "list", Cancellation);
}
