using FluentAssertions;
using SelfHeal.Hosts;
using Xunit;

namespace SelfHeal.Tests.Hosts;

public sealed class SandboxTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Where_it_is_not_allowed_the_sentence_says_what_is_needed()
    {
        RecorderFiles files = Refusing();
        (await Sandbox.ProbeAsync(files)).Should().Be(new Sandbox(false, "user namespaces are not allowed here."));
        await FluentActions.Awaiting(() => new LocalHost(files).DecideSandboxAsync(SandboxUse.Required))
            .Should().ThrowAsync<SandboxUnavailableException>().WithMessage("user namespaces are not allowed here.");
    }

    [Theory(Timeout = Limit)]
    [InlineData(SandboxUse.WhenAvailable)]
    [InlineData(SandboxUse.Off)]
    public async Task Where_it_is_not_required_the_run_goes_on_without(SandboxUse use) =>
        (await new LocalHost(Refusing()).DecideSandboxAsync(use)).Should().BeFalse();

    [Fact(Timeout = Limit)]
    public async Task A_launcher_that_cannot_be_started_is_a_sentence() => await FluentActions
        .Awaiting(() => Sandbox.ProbeAsync(new RecorderFiles("/none.so", _directory.At("none"))))
        .Should().ThrowAsync<RecorderUnavailableException>().WithMessage("*none cannot be started*");

    private RecorderFiles Refusing()
    {
        string launcher = _directory.Write(
            "launch", "#!/bin/sh\necho 'selfheal-launch: user namespaces are not allowed here.' >&2\nexit 125\n");
        File.SetUnixFileMode(launcher, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return new RecorderFiles(_directory.At("lib.so"), launcher);
    }
}
