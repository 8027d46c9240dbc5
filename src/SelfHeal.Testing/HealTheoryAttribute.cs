using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SelfHeal.Testing.Discovery;
using Xunit;
using Xunit.v3;

namespace SelfHeal.Testing;

/// <summary>A theory that gets a <see cref="HealSession"/> per data row. The session is the last parameter, and optional,
/// so that the rows need not mention it: <c>public async Task Name(int n, HealSession session = null!)</c>.</summary>
[XunitTestCaseDiscoverer(typeof(HealTheoryDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
[SuppressMessage("Performance", "CA1813", Justification = "Projects derive attributes for their own servers.")]
public class HealTheoryAttribute : TheoryAttribute, IHealTest
{
    /// <param name="program">As in <see cref="HealFactAttribute"/>.</param>
    /// <param name="sourceFilePath">Given by the compiler.</param>
    /// <param name="sourceLineNumber">Given by the compiler.</param>
    public HealTheoryAttribute(
        string program = "", [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Program = program;
        Timeout = IHealTest.DefaultTimeout;
    }

    public string Program { get; }

    public string? Image { get; set; }

    public string[] Arguments { get; set; } = [];

    public string[] Environment { get; set; } = [];

    public string[] State { get; set; } = [];

    public string? Ready { get; set; }

    public int ReadyTimeout { get; set; } = IHealTest.DefaultReadyTimeout;

    public ulong Seed { get; set; }

    public int RunTimeout { get; set; } = IHealTest.DefaultRunTimeout;

    public string? Build { get; set; }
}
