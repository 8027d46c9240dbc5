using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Measure;
using SelfHeal.Patches;
using SelfHeal.Reschedule;

namespace SelfHeal.Search;

/// <summary>Everything that a search found.</summary>
public sealed record HealResult
{
    public required HealVerdict Verdict { get; init; }

    /// <summary>The verdict for the user, ending with seed, run directory and a command that replays it.</summary>
    public required string Sentence { get; init; }
    public required RunDirectory Run { get; init; }
    public required Failure Failure { get; init; }

    /// <summary>Overflows that the guard replay measured.</summary>
    public IReadOnlyList<OverflowFinding> Findings { get; init; } = [];

    /// <summary>Overflows that remain with the patch.</summary>
    public IReadOnlyList<OverflowFinding> Remaining { get; init; } = [];

    /// <summary>The validated patch, null unless healed.</summary>
    public Patch? Patch { get; init; }

    /// <summary>Where it was written.</summary>
    public string? PatchPath { get; init; }
    public IReadOnlyList<Trial> Trials { get; init; } = [];

    /// <summary>The fresh patched run that validated the patch.</summary>
    public RunResult? PatchedRun { get; init; }

    /// <summary>Standard output of the patched run.</summary>
    public string PatchedOutput => PatchedRun?.StandardOutput ?? "";
    public IReadOnlyDictionary<HealPhase, TimeSpan> Timings { get; init; } = new Dictionary<HealPhase, TimeSpan>();

    /// <summary>From the start of the search to the validated patch (without confirming and second opinion).</summary>
    public TimeSpan TimeToPatch { get; init; }

    /// <summary>The search for another order of threads; null: it was not made.</summary>
    public RescheduleResult? Reschedule { get; init; }

    /// <summary>The search with a live server and its clients; null: it was not made.</summary>
    public ProbeResult? Probe { get; init; }

    /// <summary>Why the program fails, in the words of the search that found it: of threads, of a request, or of an
    /// overflow; the failure's own sentence where none did.</summary>
    public string Explanation =>
        Reschedule?.Explanation?.ToString() ?? Probe?.Explanation?.ToString()
        ?? (Dropped.Count > 0 ? Dropped[0].Sentence : Findings.Count > 0 ? Findings[0].Sentence : Failure.Sentence);

    /// <summary>What recording and the patch cost, where it was measured: median ratios of interleaved pairs.</summary>
    public IReadOnlyDictionary<string, PairedMeasurement> Overheads { get; init; } = new Dictionary<string, PairedMeasurement>();

    /// <summary>Bad requests, and what was found out about those like them.</summary>
    public IReadOnlyList<DroppedRequest> Dropped { get; init; } = [];
    public ValgrindResult? Valgrind { get; init; }

    /// <summary>Guard mode and valgrind name the same allocation; null when valgrind was not asked.</summary>
    public bool? ValgrindAgrees { get; init; }
}
