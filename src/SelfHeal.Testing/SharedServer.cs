using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Search;
using SelfHeal.Testing.Sessions;
using Xunit;

namespace SelfHeal.Testing;

/// <summary>A recorded server that ordinary tests share: <c>[HealServer("redis-server", Arguments = ["--port", "{port}"])]
/// public class Tests(SharedServer server) : IClassFixture&lt;SharedServer&gt;</c>, or, for all classes,
/// <c>[assembly: AssemblyFixture(typeof(SharedServer))]</c> with <c>[assembly: HealServer(...)]</c>. Where the server fails
/// under the tests, the class (or the assembly) fails when they are over, with the run and the command that replays it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static readonly TimeSpan AllTests = TimeSpan.FromHours(1); // where RunTimeout says nothing
    private HealSession? _session;
    private HealServer? _server;

    /// <summary>For clients.</summary>
    public ServerEndpoint Endpoint => _server ?? throw new SelfHealException("The shared server is not started: it is a fixture of a class or an assembly.");

    /// <summary>What <c>{port}</c> became.</summary>
    public int Port => Endpoint.Port;

    /// <summary>As <see cref="ServerEndpoint.ConnectAsync"/>.</summary>
    public Task<HealClient> ConnectAsync(TimeSpan? timeout = null) => Endpoint.ConnectAsync(timeout);

    /// <summary>As <see cref="ServerEndpoint.CreateHttpClient"/>.</summary>
    public HttpClient CreateHttpClient() => Endpoint.CreateHttpClient();

    /// <summary>Starts it; xunit calls this before the first test.</summary>
    public async ValueTask InitializeAsync()
    {
        Type? type = (TestContext.Current.TestClass as Xunit.v3.IXunitTestClass)?.Class;
        System.Reflection.Assembly? assembly = (TestContext.Current.TestAssembly as Xunit.v3.IXunitTestAssembly)?.Assembly;
        HealServerAttribute program = ProgramSettings.Shared(type, assembly)
            ?? throw new SelfHealException("SharedServer knows no program: write [HealServer(\"/path/of/the/server\")] on the class or the assembly.");
        if (ProgramSettings.Check(program) is { } wrong)
        {
            throw new SelfHealException(wrong);
        }

        string name = type?.Name ?? "assembly";
        _session = SessionFactory.Create(program, $"the shared server of {name}", $"{name}.SharedServer", testId: "",
            program.RunTimeout == IHealTest.DefaultRunTimeout ? AllTests : null);
        try
        {
            _server = await _session.StartServerAsync();
        }
        catch (Exception error)
        {
            await _session.CloseAsync(error);
            throw new HealTestException(error, _session.Describe());
        }
    }

    /// <summary>Stops it; xunit calls this after the last test.</summary>
    /// <exception cref="HealTestException">It failed while the tests ran, or does not end.</exception>
    public async ValueTask DisposeAsync()
    {
        if (_session is null || _server is null)
        {
            return;
        }

        bool died = _server.HasExited;
        RunResult run = await _server.StopAsync();
        Failure failure = Diagnoser.Classify(run);
        var error = died || run.TimedOut ? new SelfHealException($"The shared server failed while tests used it: {failure.Sentence} {_server.LastOutput()}") : null;
        await _session.CloseAsync(error);
        if (error is not null)
        {
            throw new HealTestException(error, _session.Describe());
        }
    }

    /// <summary>Heals the server if it has failed; a test calls this where it sees that.</summary>
    public async Task<HealResult> HealAsync(HealOptions? options = null) =>
        await _session!.HealAsync(await _server!.WaitForExitAsync(), options);
}
