using System.Runtime.CompilerServices;
using SelfHeal.Testing.Discovery;
using Xunit.Sdk;
using Xunit.v3;

namespace SelfHeal.Testing.Tests.Sessions;

/// <summary>A test that is there only where <see cref="TestProgram"/> starts this program anew: it fails, or never ends.</summary>
[XunitTestCaseDiscoverer(typeof(ExampleDiscoverer))]
public sealed class ExampleFactAttribute(string program = "", [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : HealFactAttribute(program, sourceFilePath, sourceLineNumber);

/// <summary>The same under chaos.</summary>
[XunitTestCaseDiscoverer(typeof(ExampleDiscoverer))]
public sealed class ExampleChaosFactAttribute(string program = "", [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : ChaosFactAttribute(program, sourceFilePath, sourceLineNumber);

/// <summary>Finds examples where they are wanted.</summary>
public sealed class ExampleDiscoverer : IXunitTestCaseDiscoverer
{
    /// <summary>Set where they are.</summary>
    public const string Wanted = "SELFHEAL_TEST_EXAMPLES";

    private readonly HealFactDiscoverer _discoverer = new();

    public ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        Environment.GetEnvironmentVariable(Wanted) is null ? new([]) : _discoverer.Discover(discoveryOptions, testMethod, factAttribute);
}
