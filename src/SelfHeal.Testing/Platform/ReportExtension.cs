using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.TestHost;
using SelfHeal.Reports;
using SelfHeal.Testing.Reports;

namespace SelfHeal.Testing.Platform;

/// <summary>Learns from the platform how tests ended, and writes the report when the last one has.</summary>
internal sealed class ReportExtension(ICommandLineOptions options, IConfiguration configuration, IMessageBus bus)
    : IDataConsumer, IDataProducer, ITestSessionLifetimeHandler
{
    public string Uid => "SelfHeal.Testing.Report";

    public string Version => ExtensionVersion.Text;

    public string DisplayName => "SelfHeal report";

    public string Description => "Writes what the sessions of native programs did.";

    public Type[] DataTypesConsumed => [typeof(TestNodeUpdateMessage)];

    public Type[] DataTypesProduced => [typeof(SessionFileArtifact)];

    public Task<bool> IsEnabledAsync() =>
        Task.FromResult(options.IsOptionSet(CommandLineOptions.Report) || options.IsOptionSet(CommandLineOptions.KeepRuns));

    public Task OnTestSessionStartingAsync(SessionUid sessionUid, CancellationToken cancellationToken)
    {
        SessionRecords.KeepRuns = options.IsOptionSet(CommandLineOptions.KeepRuns);
        return Task.CompletedTask;
    }

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        if (value is TestNodeUpdateMessage { TestNode: var node } && Outcome(node) is { } outcome)
        {
            foreach (SessionRecord session in SessionRecords.All.Where(session => session.Options.TestId == node.Uid.Value))
            {
                session.Outcome = outcome;
            }
        }

        return Task.CompletedTask;
    }

    public async Task OnTestSessionFinishingAsync(SessionUid sessionUid, CancellationToken cancellationToken)
    {
        if (!options.IsOptionSet(CommandLineOptions.Report))
        {
            return;
        }

        string file = ReportPath();
        IReadOnlyList<SessionRecord> sessions = SessionRecords.All;
        await WriteAsync(sessionUid, file + ".json", SessionReport.ToJson(sessions), "SelfHeal report", cancellationToken);
        await WriteAsync(sessionUid, file + ".md", SessionReport.ToMarkdown(sessions), "SelfHeal report to read", cancellationToken);
        await WriteAsync(sessionUid, file + ".html", SessionReport.ToHtml(sessions), "SelfHeal report for a browser", cancellationToken);
    }

    /// <summary>Without extension.</summary>
    private string ReportPath()
    {
        string name = options.TryGetOptionArgumentList(CommandLineOptions.Report, out string[]? given) && given is [var first]
            ? first : "selfheal-report";
        name = Path.GetExtension(name) is ".json" or ".md" or ".html" ? Path.ChangeExtension(name, null) : name;
        return Path.GetFullPath(name.Contains('/') ? name : Path.Combine(configuration.GetTestResultDirectory(), name));
    }

    private async Task WriteAsync(SessionUid session, string file, string text, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReportFile.Save(file, text);
        await bus.PublishAsync(this, new SessionFileArtifact(session, new FileInfo(file), name));
    }

    private static string? Outcome(TestNode node) => node.Properties.SingleOrDefault<TestNodeStateProperty>() switch
    {
        PassedTestNodeStateProperty => "passed",
        SkippedTestNodeStateProperty => "skipped",
        FailedTestNodeStateProperty or ErrorTestNodeStateProperty => "failed",
        TimeoutTestNodeStateProperty => "timed out",
        _ => null,
    };
}
