using SelfHeal.Hosts;
using Xunit.v3;

namespace SelfHeal.Testing;

/// <summary>The container engine that tests of images need.</summary>
public static class ContainerEngine
{
    private static readonly Lazy<Task<string?>> Missing = new(() => new DockerEngine().ProbeAsync());

    /// <summary>A test that needs an engine fails without one; else it is skipped. Set by <c>--selfheal-require-engine</c>, or
    /// SELFHEAL_REQUIRE_ENGINE=1.</summary>
    public static bool IsRequired { get; internal set; } = Environment.GetEnvironmentVariable("SELFHEAL_REQUIRE_ENGINE") == "1";

    /// <summary>Skips or fails the test if no engine answers. Tests with an <see cref="IHealTest.Image"/> need no call.</summary>
    /// <exception cref="EngineUnavailableException">None answers, and one is required.</exception>
    public static async Task NeedAsync() => Demand(await Missing.Value, IsRequired);

    /// <param name="missing">What is missing; null: nothing.</param>
    /// <param name="required">It is a failure and no skip.</param>
    internal static void Demand(string? missing, bool required)
    {
        if (missing is not null)
        {
            throw required ? new EngineUnavailableException(missing) : new SelfHealException(DynamicSkipToken.Value + missing);
        }
    }
}
