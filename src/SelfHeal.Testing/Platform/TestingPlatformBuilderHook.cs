using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Services;

namespace SelfHeal.Testing.Platform;

/// <summary>Called by the generated entry point of a test program: our build files name it.</summary>
public static class TestingPlatformBuilderHook
{
    /// <param name="testApplicationBuilder">The test program under construction.</param>
    /// <param name="arguments">Its command line.</param>
    public static void AddExtensions(ITestApplicationBuilder testApplicationBuilder, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(testApplicationBuilder);
        testApplicationBuilder.CommandLine.AddProvider(() => new CommandLineOptions());
        var report = new CompositeExtensionFactory<ReportExtension>(services => new ReportExtension(
            services.GetCommandLineOptions(), services.GetConfiguration(), services.GetMessageBus()));
        testApplicationBuilder.TestHost.AddDataConsumer(report);
        testApplicationBuilder.TestHost.AddTestSessionLifetimeHandle(report);
        testApplicationBuilder.TestHost.AddTestSessionLifetimeHandle(services => new EngineExtension(services.GetCommandLineOptions()));
    }
}
