using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SelfHeal.Testing;

/// <summary>A test that is run under many schedules of the program's threads, for servers and programs without a known
/// failure: <c>[ChaosFact("server", Arguments = ["{port}"], Policy = "pct:3", Runs = 200)] public async Task
/// Name(ServerEndpoint server)</c>. The body is what clients do in each run, and throws where something is wrong; with the
/// parameter <c>RunResult run</c> it judges a program without clients, after each run.</summary>
/// <remarks>The first failure ends it: the message has its seed, its run directory and the command that replays it.</remarks>
[SuppressMessage("Performance", "CA1813", Justification = "Projects derive attributes for their own servers.")]
public class ChaosFactAttribute : HealFactAttribute
{
    /// <param name="program">As in <see cref="HealFactAttribute"/>.</param>
    /// <param name="sourceFilePath">Given by the compiler.</param>
    /// <param name="sourceLineNumber">Given by the compiler.</param>
    public ChaosFactAttribute(
        string program = "", [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(program, sourceFilePath, sourceLineNumber)
    {
    }

    /// <summary>Who runs next: random[:PERMILLE], pct[:DEPTH], pos, or uniprocessor.</summary>
    public string Policy { get; set; } = "pct:3";

    /// <summary>Each with the next seed; the first one is <see cref="HealFactAttribute.Seed"/>, 1 unless set.</summary>
    public int Runs { get; set; } = 200;

    /// <summary>Runs at the same time; the body is then called by several threads.</summary>
    public int Jobs { get; set; } = 1;

    /// <summary>Exit statuses that are no failure.</summary>
    public int[] AllowedExitCodes { get; set; } = [0];

    /// <summary>Standard input of a program without clients.</summary>
    public string Input { get; set; } = "";
}
