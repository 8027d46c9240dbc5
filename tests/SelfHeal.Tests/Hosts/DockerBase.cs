using SelfHeal.Hosts;
using Xunit;

namespace SelfHeal.Tests.Hosts;

/// <summary>The base image that scripts/install-engine.sh makes or pulls, and what to do where there is no engine.</summary>
internal static class DockerBase
{
    public const string Image = "debian:bookworm-slim";

    /// <summary>A host of the base image. Skips the test where there is no engine, unless SELFHEAL_REQUIRE_ENGINE=1.</summary>
    public static async Task<DockerHost> HostAsync(Func<DockerOptions, DockerOptions>? change = null)
    {
        await NeedEngineAsync();
        var options = new DockerOptions { Image = Image };
        return new DockerHost(change?.Invoke(options) ?? options);
    }

    public static async Task NeedEngineAsync()
    {
        string? missing = await new DockerEngine().ProbeAsync(TestContext.Current.CancellationToken);
        if (missing is not null && Environment.GetEnvironmentVariable("SELFHEAL_REQUIRE_ENGINE") == "1")
        {
            Assert.Fail(missing);
        }

        Assert.SkipWhen(missing is not null, missing ?? "");
    }
}
