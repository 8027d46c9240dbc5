using System.Reflection;
using SelfHeal.Testing.Sessions;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace SelfHeal.Testing.Discovery;

/// <summary>One test case with a session per data row.</summary>
public sealed class HealTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        string? error = SessionSignature.Check(testMethod.Method, rows: true)
            ?? ProgramSettings.Check(ProgramSettings.Of((IHealTest)factAttribute, testMethod.TestClass.Class))
            ?? (((ITheoryAttribute)factAttribute).DisableDiscoveryEnumeration
                ? "[HealTheory] needs its rows at discovery: remove DisableDiscoveryEnumeration." : null);
        if (error is null)
        {
            return base.Discover(discoveryOptions, testMethod, factAttribute);
        }

        var details = TestIntrospectionHelper.GetTestCaseDetails(
            discoveryOptions, testMethod, factAttribute, testMethodArguments: null, timeout: null, baseDisplayName: null, label: null);
        return new([new ExecutionErrorTestCase(
            details.ResolvedTestMethod, details.TestCaseDisplayName, details.UniqueID,
            details.SourceFilePath, details.SourceLineNumber, error)]);
    }

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForDataRow(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, ITheoryAttribute theoryAttribute,
        ITheoryDataRow dataRow, object?[] testMethodArguments)
    {
        var details = TestIntrospectionHelper.GetTestCaseDetailsForTheoryDataRow(
            discoveryOptions, testMethod, theoryAttribute, dataRow, testMethodArguments);
        string session = $", {SessionParameter(testMethod).Name}: null";
        return new([new HealTestCase(
            details.ResolvedTestMethod, details.TestCaseDisplayName.Replace(session, "", StringComparison.Ordinal),
            details.UniqueID, details.Explicit, details.SkipExceptions, details.SkipReason, details.SkipType,
            details.SkipUnless, details.SkipWhen, TestIntrospectionHelper.GetTraits(testMethod, dataRow),
            testMethodArguments, details.SourceFilePath, details.SourceLineNumber, details.Timeout)]);
    }

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyCollection<IXunitTestCase>> CreateTestCasesForTheory(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, ITheoryAttribute theoryAttribute)
    {
        var details = TestIntrospectionHelper.GetTestCaseDetails(
            discoveryOptions, testMethod, theoryAttribute, testMethodArguments: null, timeout: null, baseDisplayName: null, label: null);
        return new([new ExecutionErrorTestCase(
            details.ResolvedTestMethod, details.TestCaseDisplayName, details.UniqueID,
            details.SourceFilePath, details.SourceLineNumber,
            "[HealTheory] needs rows that can be serialised at discovery: give numbers, texts and the like in [InlineData] or [MemberData].")]);
    }

    private static ParameterInfo SessionParameter(IXunitTestMethod testMethod) =>
        testMethod.Method.GetParameters()[^1];
}
