using System.Reflection;
using SelfHeal.Testing.Servers;

namespace SelfHeal.Testing.Sessions;

/// <summary>What is said about a test's program: by the test's own attribute, or, where that names no program, by
/// <see cref="HealServerAttribute"/> on the class or the assembly.</summary>
internal static class ProgramSettings
{
    /// <summary>The attribute that names the program; the given one where none does.</summary>
    public static IHealTest Of(IHealTest attribute, Type testClass) =>
        !string.IsNullOrWhiteSpace(attribute.Program) ? attribute : Shared(testClass, testClass.Assembly) ?? attribute;

    /// <summary>Of the class, else of the assembly; null: of none.</summary>
    public static HealServerAttribute? Shared(Type? testClass, Assembly? assembly) =>
        testClass?.GetCustomAttribute<HealServerAttribute>(inherit: true) ?? assembly?.GetCustomAttribute<HealServerAttribute>();

    /// <summary>Null, or a sentence that says what to write or to do.</summary>
    public static string? Check(IHealTest program) => SessionProgram.Check(program)
        ?? Placeholders.Check(program.Arguments)
        ?? (program.Ready is { Length: 0 } ? "Ready is empty: write what the server prints when it may be connected to, or leave it out." : null)
        ?? (program.RunTimeout <= 0 || program.ReadyTimeout <= 0 ? "RunTimeout and ReadyTimeout are milliseconds: write numbers above 0." : null)
        ?? (program.Environment.FirstOrDefault(entry => entry.IndexOf('=') < 1) is { } entry
            ? $"\"{entry}\" in Environment sets no variable: write \"NAME=VALUE\"." : null)
        ?? (program.State.FirstOrDefault(state => Path.IsPathRooted(state) || state.Split('/').Contains("..")) is { } state
            ? $"\"{state}\" in State is not in the program's working directory: write a relative path without \"..\"." : null);
}
