using SelfHeal.Measure;
using SelfHeal.Search;
using SelfHeal.Testing.Sessions;

namespace SelfHeal.Testing.Reports;

/// <summary>What one session did, for failure texts and the report.</summary>
internal sealed class SessionRecord(SessionOptions options)
{
    public SessionOptions Options { get; } = options;

    public List<SessionRun> Runs { get; } = [];

    public List<HealResult> Heals { get; } = [];

    public List<(string What, PairedMeasurement Measured)> Overheads { get; } = [];

    /// <summary>The test's failure, null if it passed or still runs.</summary>
    public string? Error { get; private set; }

    /// <summary>Where the runs are, null if they were removed.</summary>
    public string? KeptIn { get; private set; }

    /// <summary>As the platform says: passed, failed, skipped; "open" while it runs.</summary>
    public string Outcome { get; set; } = "open";

    public void Close(string? error, string? keptIn)
    {
        Error = error;
        KeptIn = keptIn;
        Outcome = error is null ? "passed" : "failed";
    }
}
