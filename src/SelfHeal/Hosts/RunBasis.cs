using System.Text;
using SelfHeal.Diagnosis;
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

    /// <exception cref="ProgramNotStartedException">The program is not found.</exception>
    /// <exception cref="SandboxUnavailableException">Asked for, not allowed here.</exception>
    public static async Task<RunBasis> OfAsync(RunRequest request, RecorderFiles recorder)
    {
        string cwd = Path.GetFullPath(request.WorkingDirectory ?? System.Environment.CurrentDirectory);
        IReadOnlyList<string> environment = request.Environment ?? OwnEnvironment();
        string? path = environment.FirstOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?[5..];
        string program = Hosts.ProgramPath.Find(request.ProgramPath ?? request.Program, cwd, path)
            ?? throw new ProgramNotStartedException($"The program {request.Program} is not found.", 127);
        CheckRequest(request);
        return new RunBasis(
            cwd, environment, program, ElfImage.TryRead(program)?.BuildId ?? "",
            request.StackLimit != 0 ? request.StackLimit : OwnStackLimit(),
            await Hosts.Sandbox.DecideAsync(request.Sandbox, recorder).ConfigureAwait(false));
    }

    /// <summary>The engine's own environment in its original order.</summary>
    public static IReadOnlyList<string> OwnEnvironment() =>
        File.ReadAllText("/proc/self/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    public void WriteEnvironment(string path) =>
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(string.Concat(Environment.Select(entry => entry + "\0"))));

    private static void CheckRequest(RunRequest request)
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

    private static long OwnStackLimit()
    {
        string? line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(text => text.StartsWith("Max stack size", StringComparison.Ordinal));
        string[] words = line?["Max stack size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length == 0 ? 0 : words[0] == "unlimited" ? -1 : long.Parse(words[0]);
    }
}
