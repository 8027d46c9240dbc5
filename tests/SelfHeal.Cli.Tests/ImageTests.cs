using System.Diagnostics;
using System.Globalization;
using FluentAssertions;
using Xunit;

namespace SelfHeal.Cli.Tests;

/// <summary>Programs in container images. Skipped where there is no engine, unless SELFHEAL_REQUIRE_ENGINE=1.</summary>
public sealed class ImageTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Image = "debian:bookworm-slim";
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_run_in_a_container_is_replayed_in_one_exactly()
    {
        await NeedEngineAsync();
        Tool.Result recorded = await _tool.SelfHealAsync(
            "hello\n", ["record", "--image", Image, "-o", "run", "--", "perl", "-e", "$| = 1; print uc <STDIN>; print time, rand; exit 3"]);
        recorded.Code.Should().Be(3, recorded.ToString());
        recorded.Output.Should().StartWith("HELLO\n");

        Tool.Result replay = await _tool.SelfHealAsync("replay", "run");
        replay.Code.Should().Be(0, replay.ToString());
        replay.Output.Should().Contain("exact");
        Directory.EnumerateDirectories(_tool.Temporary).Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(9)]
    public async Task However_it_is_ended_no_container_stays_and_no_directory_after_the_next_start(int signal)
    {
        await NeedEngineAsync();
        using Process record = _tool.LaunchJob("record", "--image", Image, "-o", "run", "--", "sh", "-c", "echo started; exec sleep 1000");
        (await record.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).Should().Be("started");
        string containers = string.Create(CultureInfo.InvariantCulture, $"name=selfheal-docker-{record.Id}-");
        (await DockerAsync("ps", "--all", "--quiet", "--filter", containers)).Should().NotBeEmpty();

        Tool.Signal(signal == 2 ? -record.Id : record.Id, signal).Should().Be(0); // Ctrl-C is for the whole job
        await record.WaitForExitAsync(TestContext.Current.CancellationToken);
        while ((await DockerAsync("ps", "--all", "--quiet", "--filter", containers)).Length > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // the test's limit ends it
        }

        (await _tool.SelfHealAsync("record", "--image", Image, "-o", "next", "--", "perl", "-e", "1")).Code.Should().Be(0);
        Directory.EnumerateDirectories(_tool.Temporary).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_and_a_script_for_a_terminal_exclude_each_other()
    {
        Tool.Result result = await _tool.SelfHealAsync("record", "--image", Image, "--terminal", "keys", "--", "perl");
        result.Code.Should().Be(2, result.ToString());
        result.Error.Should().Contain("--image and --terminal exclude each other");
    }

    private static async Task NeedEngineAsync()
    {
        string? missing = await new Hosts.DockerEngine().ProbeAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(missing is not null && Environment.GetEnvironmentVariable("SELFHEAL_REQUIRE_ENGINE") != "1", missing ?? "");
    }

    private static async Task<string> DockerAsync(params string[] arguments)
    {
        using Process docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return await docker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
