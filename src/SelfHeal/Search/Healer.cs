using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Reports;

namespace SelfHeal.Search;

/// <summary>Finds a safe change of the environment that avoids a recorded failure: measures the overflow in one guard
/// replay, pads the guilty allocation, tries the edited log and a fresh run, and escalates by what is measured.</summary>
public sealed class Healer
{
    public Healer(Host? host = null) => Host = host ?? new LocalHost();

    public Host Host { get; }

    /// <summary>Heals a recorded run. A run that did not fail is searched for silent overflows.</summary>
    /// <exception cref="SandboxUnavailableException">Trials need the sandbox and it is not allowed here.</exception>
    /// <exception cref="DamagedRunException">The run cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no patch was written.</exception>
    public async Task<HealResult> HealAsync(
        RunDirectory run, HealOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new HealOptions();
        if (run.Info.Mode != RunMode.Record)
        {
            throw new SelfHealException($"{run.Path} is no recorded run: only those can be healed.");
        }

        if (run.ReadControl().Status is RunStatus.New)
        {
            throw new SelfHealException(
                $"{run.Path} holds no recording, for the recorder was never loaded into {run.Info.Program}: see selfheal doctor, and record it again.");
        }

        _ = await Host.DecideSandboxAsync(options.Sandbox, cancellationToken).ConfigureAwait(false);
        string work = Path.GetFullPath(options.WorkDirectory ?? run.At("heal"));
        PrepareWork(work, options.WorkDirectory is null);
        HealResult result = await new HealSearch(Host, run, options, work).RunAsync(cancellationToken).ConfigureAwait(false);
        ReportFile.Save(Path.Combine(work, HealReport.FileName), HealReport.ToJson(result));
        return result;
    }

    /// <summary>Only RUN/heal, which is ours, is replaced; a directory that the user names must be empty.</summary>
    private static void PrepareWork(string work, bool ours)
    {
        try
        {
            if (ours)
            {
                Scratch.Remove(work);
            }
            else if (Directory.Exists(work) && Directory.EnumerateFileSystemEntries(work).Any())
            {
                throw new SelfHealException($"{work} already exists: name a work directory that does not, or remove it.");
            }

            Directory.CreateDirectory(work);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The work directory {work} cannot be made: {error.Message}", error);
        }
    }
}
