using System.ComponentModel;
using SelfHeal.Testing.Sessions;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// The test case and its two runners stay in one file: xunit 4 changes the signatures of all three.
#pragma warning disable MA0048

namespace SelfHeal.Testing.Discovery;

/// <summary>A test that runs with a session; the session's argument is null until the method is invoked.</summary>
internal sealed class HealTestCase : XunitTestCase, ISelfExecutingXunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("Called by the de-serializer.", error: true)]
    public HealTestCase() { }

    public HealTestCase(
        IXunitTestMethod testMethod, string testCaseDisplayName, string uniqueID, bool @explicit, Type[]? skipExceptions,
        string? skipReason, Type? skipType, string? skipUnless, string? skipWhen,
        Dictionary<string, HashSet<string>> traits, object?[] testMethodArguments, string? sourceFilePath,
        int? sourceLineNumber, int? timeout)
        : base(testMethod, testCaseDisplayName, uniqueID, @explicit, skipExceptions, skipReason, skipType, skipUnless,
            skipWhen, traits, testMethodArguments, sourceFilePath, sourceLineNumber, timeout)
    {
    }

    /// <summary>As xunit runs a test case, with our runner at its end.</summary>
    public async ValueTask<RunSummary> Run(
        ExplicitOption explicitOption, IMessageBus messageBus, object?[] constructorArguments,
        ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource)
    {
        IReadOnlyCollection<IXunitTest> tests = await aggregator.RunAsync(CreateTests, []);
        return await HealTestCaseRunner.Default.Run(
            this, tests, messageBus, aggregator, cancellationTokenSource, TestCaseDisplayName, SkipReason,
            explicitOption, constructorArguments);
    }
}

/// <summary>Runs the one test of a case.</summary>
internal sealed class HealTestCaseRunner : XunitTestCaseRunner
{
    public static HealTestCaseRunner Default { get; } = new();

    /// <inheritdoc/>
    protected override ValueTask<RunSummary> RunTest(XunitTestCaseRunnerContext ctxt, IXunitTest test) =>
        HealTestRunner.Default.Run(
            test, ctxt.MessageBus, ctxt.ConstructorArguments, ctxt.ExplicitOption, ctxt.Aggregator.Clone(),
            ctxt.CancellationTokenSource, ctxt.BeforeAfterTestAttributes);
}

/// <summary>Invokes the method with a session of its own: inside of the test's time, output, timeout and cancellation.</summary>
internal sealed class HealTestRunner : XunitTestRunner
{
    public static HealTestRunner Default { get; } = new();

    /// <inheritdoc/>
    protected override object? InvokeTestMethod(XunitTestRunnerContext ctxt, object? testClassInstance) =>
        InvokeAsync(ctxt, testClassInstance);

    private async Task InvokeAsync(XunitTestRunnerContext ctxt, object? testClassInstance)
    {
        IXunitTest test = ctxt.Test;
        var attribute = (IHealTest)test.TestCase.TestMethod.FactAttributes.First(fact => fact is IHealTest);
        if (attribute.Image is not null)
        {
            await ContainerEngine.NeedAsync();
        }

        HealSession session = SessionFactory.Create(attribute, test);
        try
        {
            if (attribute is ChaosFactAttribute chaos)
            {
                await ChaosBody.RunAsync(session, chaos, test.TestMethod.Method, testClassInstance);
            }
            else
            {
                ctxt.TestMethodArguments[^1] = session;
                await ChaosBody.TaskOf(base.InvokeTestMethod(ctxt, testClassInstance));
            }

            await session.CloseAsync(error: null);
        }
        catch (Exception error)
        {
            Exception cause = error is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : error;
            bool skipped = cause.Message.StartsWith(DynamicSkipToken.Value, StringComparison.Ordinal);
            await session.CloseAsync(skipped ? null : cause, ctxt.CancellationTokenSource.IsCancellationRequested);
            if (skipped)
            {
                throw cause;
            }

            throw new HealTestException(cause, session.Describe());
        }
    }
}
