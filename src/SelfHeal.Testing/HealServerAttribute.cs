using System.Diagnostics.CodeAnalysis;

namespace SelfHeal.Testing;

/// <summary>The program of all tests of a class, or of an assembly, whose own attribute names none; and of
/// <see cref="SharedServer"/>: <c>[HealServer("redis-server", Arguments = ["--port", "{port}"])]</c>. The class goes before
/// the assembly.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Assembly)]
[SuppressMessage("Performance", "CA1813", Justification = "Projects derive attributes for their own servers.")]
public class HealServerAttribute(string program) : Attribute, IHealTest
{
    public string Program { get; } = program;

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
