using System.Text;
using SelfHeal.Log;

namespace SelfHeal.Hosts;

/// <summary>What many runs of one program share: found out once.</summary>
/// <param name="WorkingDirectory">Absolute.</param>
/// <param name="Environment">NAME=VALUE, in order.</param>
/// <param name="ProgramPath">The program's file, absolute.</param>
/// <param name="BuildId">Its build-id, or empty.</param>
/// <param name="StackLimit">Soft RLIMIT_STACK in bytes.</param>
/// <param name="Sandbox">Runs are in the sandbox.</param>
internal sealed record RunBasis(
    string WorkingDirectory, IReadOnlyList<string> Environment, string ProgramPath, string BuildId, long StackLimit, bool Sandbox)
{
    /// <summary>A file with the environment as the launcher reads it; null: each run writes its own.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>The image that the program is in; null: it is on this machine.</summary>
    public RunImage? Image { get; init; }

    /// <summary>The engine's own environment in its original order.</summary>
    public static IReadOnlyList<string> OwnEnvironment() =>
        File.ReadAllText("/proc/self/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    public void WriteEnvironment(string path) =>
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(string.Concat(Environment.Select(entry => entry + "\0"))));

    /// <exception cref="SelfHealException">The request contradicts itself, or its patch cannot be read.</exception>
    public static void CheckRequest(RunRequest request)
    {
        if (request.Mode == RunMode.Replay && request.Source is null)
        {
            throw new SelfHealException("A replay needs the run whose log it follows.");
        }

        if (request.Policy.Kind == Schedules.PolicyKind.Script != request.Schedule is not null)
        {
            throw new SelfHealException("The policy script needs a schedule, and no other policy follows one.");
        }

        if (request.Patch is { } patch && request.Mode != RunMode.Plain)
        {
            _ = Patches.PatchFile.Read(patch);
        }
    }

    /// <summary>The soft limit in bytes that a /proc/PID/limits tells; -1 unlimited, 0 unknown.</summary>
    public static long StackLimitOf(string limits)
    {
        string? line = limits.Split('\n').FirstOrDefault(text => text.StartsWith("Max stack size", StringComparison.Ordinal));
        string[] words = line?["Max stack size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length == 0 ? 0 : words[0] == "unlimited" ? -1 : long.Parse(words[0]);
    }
}
