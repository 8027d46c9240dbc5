using Xunit.Sdk;
using Xunit.v3;

namespace SelfHeal.Testing.Tests;

/// <summary>Discovers and runs a method of an example class as xunit does, and keeps all messages.</summary>
internal sealed class ExampleRun : IMessageBus
{
    private readonly List<IMessageSinkMessage> _messages = [];

    public IReadOnlyList<IXunitTestCase> Cases { get; private set; } = [];

    public RunSummary Summary { get; private set; }

    /// <summary>Message and stack of each failed test.</summary>
    public string Failure => string.Join('\n', Of<ITestFailed>().Select(failed => failed.Messages[0] + "\n" + failed.StackTraces[0]));

    public string Output => string.Concat(Of<ITestFinished>().Select(finished => finished.Output));

    public string? SkipReason => Of<ITestSkipped>().FirstOrDefault()?.Reason;

    public IEnumerable<string> Attachments => Of<ITestFinished>().SelectMany(finished => finished.Attachments.Keys);

    public IEnumerable<string> Names => Of<ITestStarting>().Select(starting => starting.TestDisplayName);

    /// <summary>The error at discovery, null if there was none.</summary>
    public string? DiscoveryError => (Cases[0] as ExecutionErrorTestCase)?.ErrorMessage;

    public static async Task<ExampleRun> DiscoverAsync(Type type, string method)
    {
        var assembly = new XunitTestAssembly(type.Assembly);
        var collection = new XunitTestCollection(assembly, null, disableParallelization: false, "examples");
        var testMethod = new XunitTestMethod(new XunitTestClass(type, collection), type.GetMethod(method)!, []);
        IFactAttribute attribute = testMethod.FactAttributes.Single();
        var options = new Options();
        options.SetPreEnumerateTheories(true);
        IXunitTestCaseDiscoverer discoverer = attribute is HealTheoryAttribute
            ? new SelfHeal.Testing.Discovery.HealTheoryDiscoverer() : new SelfHeal.Testing.Discovery.HealFactDiscoverer();
        return new ExampleRun { Cases = [.. await discoverer.Discover(options, testMethod, attribute)] };
    }

    public static async Task<ExampleRun> RunAsync(Type type, string method)
    {
        ExampleRun run = await DiscoverAsync(type, method);
        using var cancellation = new CancellationTokenSource();
        foreach (IXunitTestCase testCase in run.Cases)
        {
            RunSummary summary = run.Summary;
            summary.Aggregate(await ((ISelfExecutingXunitTestCase)testCase).Run(
                ExplicitOption.Off, run, [], ExceptionAggregator.Create(), cancellation));
            run.Summary = summary;
        }

        return run;
    }

    public bool QueueMessage(IMessageSinkMessage message)
    {
        lock (_messages)
        {
            _messages.Add(message);
        }

        return true;
    }

    public void Dispose() { }

    private IEnumerable<T> Of<T>()
    {
        lock (_messages)
        {
            return [.. _messages.OfType<T>()];
        }
    }

    private sealed class Options : ITestFrameworkDiscoveryOptions
    {
        private readonly Dictionary<string, object?> _values = [];

        public TValue? GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue?)value : default;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;

        public string ToJson() => "{}";
    }
}
