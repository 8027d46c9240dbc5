using SelfHeal.Testing.Sessions;
using Xunit.Sdk;
using Xunit.v3;

namespace SelfHeal.Testing.Discovery;

/// <summary>Turns a method with <see cref="HealFactAttribute"/> into a test case that runs with a session.</summary>
public sealed class HealFactDiscoverer : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        var details = TestIntrospectionHelper.GetTestCaseDetails(
            discoveryOptions, testMethod, factAttribute, testMethodArguments: null, timeout: null, baseDisplayName: null, label: null);
        var program = ProgramSettings.Of((IHealTest)factAttribute, testMethod.TestClass.Class);
        string? error = factAttribute is ChaosFactAttribute chaos ? ChaosSignature.Check(testMethod.Method, chaos)
            : SessionSignature.Check(testMethod.Method, rows: false);
        error ??= ProgramSettings.Check(program);
        IXunitTestCase testCase = error is not null
            ? new ExecutionErrorTestCase(
                details.ResolvedTestMethod, details.TestCaseDisplayName, details.UniqueID,
                details.SourceFilePath, details.SourceLineNumber, error)
            : new HealTestCase(
                details.ResolvedTestMethod, details.TestCaseDisplayName, details.UniqueID, details.Explicit,
                details.SkipExceptions, details.SkipReason, details.SkipType, details.SkipUnless, details.SkipWhen,
                TestIntrospectionHelper.GetTraits(testMethod, dataRow: null), new object?[testMethod.Parameters.Count], details.SourceFilePath,
                details.SourceLineNumber, details.Timeout);
        return new([testCase]);
    }
}
