using SelfHeal.Chaos;
using SelfHeal.Cli.Output;
using SelfHeal.Patches;
using SelfHeal.Reports;
using SelfHeal.Reports.Html;
using SelfHeal.Reschedule;
using SelfHeal.Schedules;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal heal --policy POLICY --driver COMMAND [--fresh DIR] -- SERVER ARGS</c>: a server with a live client.</summary>
internal static class DrivenHeal
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10); // a validation has thousands of rounds

    /// <returns>The command's exit code.</returns>
    public static async Task<int> RunAsync(
        string[] words, IReadOnlyList<Policy> policies, int runs, string driver, string? fresh, string? output, string? report, CancellationToken token)
    {
        string keep = RunDirectoryName.Create(words[0].TrimEnd('/') + "-chaos");
        var options = new ChaosOptions
        {
            Program = words[0],
            Arguments = words[1..],
            KeepDirectory = keep,
            Runs = runs,
            Timeout = Limit,
            Driver = new ChaosDriver(driver),
            Fresh = fresh,
        };
        ChaosFailure? failing = await Screen.Progress("chaos", shown => FindAsync(options with { Progress = new ChaosStatus(shown) }, policies, token));
        if (failing is null)
        {
            Console.Out.WriteLine($"There is nothing to heal: {Path.GetFileName(words[0])} passed {runs} runs under each policy.");
            return ExitCodes.Success;
        }

        string work = failing.Run.At("heal");
        ProbeResult result = await Screen.Progress("healing", shown => new ProbeHealer().HealAsync(
            failing, new ProbeOptions { Chaos = options, WorkDirectory = work, Progress = shown }, token));
        ReportFile.Save(Path.Combine(work, HealReport.FileName), HealReport.ToJson(failing.Run, result));
        if (report is not null)
        {
            ReportFile.Save(report, HtmlReport.Render([ReportSession.Of(failing.Run, result)]));
        }

        return Write(failing, result, Path.GetFullPath(output ?? Path.Combine(work, "patch.ep")));
    }

    private static async Task<ChaosFailure?> FindAsync(ChaosOptions options, IReadOnlyList<Policy> policies, CancellationToken token)
    {
        using var runner = new ChaosRunner(options);
        foreach (Policy policy in policies)
        {
            ChaosResult result = await runner.RunAsync(policy, token);
            token.ThrowIfCancellationRequested();
            if (result.Failures.Count > 0)
            {
                return result.Failures[0];
            }
        }

        return null;
    }

    private static int Write(ChaosFailure failing, ProbeResult result, string path)
    {
        TextWriter text = Console.Out;
        text.WriteLine($"failure:  {result.Failure.Sentence}");
        foreach (ProbeTrial trial in result.Trials)
        {
            text.WriteLine($"trial {trial.Number}:  {string.Join("; ", trial.Patch.Holds)}: {trial.Outcome} " +
                $"({trial.Analysis.TotalSeconds:0.0} s, validated in {trial.Validation.TotalSeconds:0.0} s)");
        }

        if (result.Explanation is { } explanation)
        {
            text.WriteLine(explanation);
        }

        string run = Escaped.Word(RunDirectoryName.Shown(failing.Run.Path));
        if (result.Patch is not { } patch)
        {
            text.WriteLine($"not healed: {result.Obstacle}; next: selfheal replay {run}");
            return ExitCodes.Negative;
        }

        PatchFile.Save(patch, path);
        text.WriteLine($"healed in {result.Trials.Count} trial{(result.Trials.Count == 1 ? "" : "s")} and {result.Elapsed.TotalSeconds:0} s");
        text.WriteLine($"patch:    {Escaped.Word(RunDirectoryName.Shown(path))}; the failing run: {run}");
        return ExitCodes.Success;
    }
}
