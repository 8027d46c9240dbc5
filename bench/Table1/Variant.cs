using SelfHeal.Diagnosis;
using SelfHeal.Hosts;
using SelfHeal.Log;

namespace SelfHeal.PaperTable;

/// <summary>How a program is run.</summary>
/// <param name="Name">Of its directory.</param>
/// <param name="Mode">Plain, or recorded.</param>
internal sealed record Variant(string Name, RunMode Mode)
{
    public static Variant Original { get; } = new("original", RunMode.Plain);

    public static Variant Logged { get; } = new("logged", RunMode.Record);

    /// <summary>With what makes it fail among its input, and recorded.</summary>
    public static Variant Failing { get; } = new("failing", RunMode.Record) { IsGuilty = true };

    /// <summary>The same under valgrind, not recorded.</summary>
    public static Variant Valgrind { get; } = new("valgrind", RunMode.Plain) { IsGuilty = true, UnderValgrind = true };

    /// <summary>The patch that it obeys; null: none.</summary>
    public string? Patch { get; init; }

    /// <summary>A mailbox has the guilty message.</summary>
    public bool IsGuilty { get; init; }

    public bool UnderValgrind { get; init; }

    /// <summary>Recorded with the patch in force.</summary>
    public static Variant Prevention(string patch) => new("prevention", RunMode.Record) { Patch = patch };

    /// <summary>The request in this way.</summary>
    public RunRequest Apply(RunRequest request)
    {
        request = request with { Mode = Mode, Patch = Patch };
        return !UnderValgrind ? request : request with
        {
            Program = "valgrind",
            Arguments = ValgrindDiagnosis.Arguments(Path.Combine(request.RunDirectory!, "valgrind.xml"), request.Program, request.Arguments),
        };
    }
}
