using SelfHeal.Chaos;
using SelfHeal.Cli.Output;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Schedules;
using SelfHeal.Search;

namespace SelfHeal.Cli.Commands;

/// <summary>Finds a failing run of a program by chaos, for heal.</summary>
internal static class FailingRun
{
    /// <summary>The first failing run of the first policy that finds one; null: all runs passed. Runs are in the sandbox, as
    /// those of the search are.</summary>
    public static Task<RunDirectory?> FindAsync(
        string[] words, IReadOnlyList<Policy> policies, int runs, Invariant? invariant, CancellationToken token) =>
        Screen.Progress<RunDirectory?>("chaos", async shown =>
        {
            using var runner = new ChaosRunner(new ChaosOptions
            {
                Program = words[0],
                Arguments = words[1..],
                KeepDirectory = RunDirectoryName.Create(words[0].TrimEnd('/') + "-chaos"),
                Runs = runs,
                Invariant = invariant,
                Sandbox = SandboxUse.Required,
                Progress = new ChaosStatus(shown),
            });
            foreach (Policy policy in policies)
            {
                ChaosResult result = await runner.RunAsync(policy, token);
                token.ThrowIfCancellationRequested();
                if (result.Failures.Count > 0)
                {
                    return result.Failures[0].Run;
                }
            }

            return null;
        });

    public static void WriteNone(string[] words, string policies, int runs, bool json)
    {
        string sentence = $"There is nothing to heal: {Path.GetFileName(words[0])} passed {runs} runs under {policies.Replace(",", " and under ", StringComparison.Ordinal)}.";
        if (!json)
        {
            Console.Out.WriteLine(sentence);
            return;
        }

        JsonOutput.Write(writer =>
        {
            writer.WriteString("verdict", "nothingToHeal");
            writer.WriteString("sentence", sentence);
        });
    }
}
