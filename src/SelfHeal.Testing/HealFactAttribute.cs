using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SelfHeal.Testing.Discovery;
using Xunit;
using Xunit.v3;

namespace SelfHeal.Testing;

/// <summary>A test that gets a <see cref="HealSession"/> of a native program:
/// <c>[HealFact("bc", Arguments = new[] { "-q" })] public async Task Name(HealSession session)</c>.</summary>
/// <remarks>The timeout of the whole test is <see cref="FactAttribute.Timeout"/>, five minutes unless set.</remarks>
[XunitTestCaseDiscoverer(typeof(HealFactDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
[SuppressMessage("Performance", "CA1813", Justification = "Projects derive attributes for their own servers.")]
public class HealFactAttribute : FactAttribute, IHealTest
{
    /// <param name="program">A name that is looked up in PATH; an absolute path; or a relative path with a slash, which
    /// is looked up in the directory of the tests and in those above it. None: that of <see cref="HealServerAttribute"/> on
    /// the class or the assembly.</param>
    /// <param name="sourceFilePath">Given by the compiler.</param>
    /// <param name="sourceLineNumber">Given by the compiler.</param>
    public HealFactAttribute(
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
