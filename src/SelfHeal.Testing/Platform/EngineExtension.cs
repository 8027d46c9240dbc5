using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.TestHost;

namespace SelfHeal.Testing.Platform;

/// <summary>Passes <c>--selfheal-require-engine</c> on to the tests.</summary>
internal sealed class EngineExtension(ICommandLineOptions options) : ITestSessionLifetimeHandler
{
    public string Uid => "SelfHeal.Testing.Engine";

    public string Version => ExtensionVersion.Text;

    public string DisplayName => "SelfHeal containers";

    public string Description => "Says whether tests may be skipped where there is no container engine.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(options.IsOptionSet(CommandLineOptions.RequireEngine));

    public Task OnTestSessionStartingAsync(SessionUid sessionUid, CancellationToken cancellationToken)
    {
        ContainerEngine.IsRequired = true;
        return Task.CompletedTask;
    }

    public Task OnTestSessionFinishingAsync(SessionUid sessionUid, CancellationToken cancellationToken) => Task.CompletedTask;
}
