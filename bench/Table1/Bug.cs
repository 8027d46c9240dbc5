using SelfHeal.Hosts;
using SelfHeal.Patches;
using SelfHeal.Reports.Html;
using SelfHeal.Reports.Tables;
using SelfHeal.Search;

namespace SelfHeal.PaperTable;

/// <summary>One bug of the paper.</summary>
/// <param name="name">As in the paper; where it has two triggers, with that.</param>
/// <param name="image">Its container image.</param>
/// <param name="paper">The paper's figures.</param>
internal abstract class Bug(string name, string image, PaperRow paper)
{
    public string Name => name;

    public string Image => image;

    public PaperRow Paper => paper;

    /// <summary>The failing run is the workload, then the failure: the time of its diagnosis can be compared.</summary>
    public virtual bool IsDiagnosed => true;

    /// <summary>Valgrind is asked, too.</summary>
    public virtual bool AsksValgrind => true;

    /// <summary>A run with its clients; the program is not started yet.</summary>
    /// <param name="place">Where.</param>
    /// <param name="variant">How.</param>
    /// <param name="directory">The session's own.</param>
    public abstract Task<ISession> PrepareAsync(Place place, Variant variant, string directory);

    /// <summary>Makes it fail and heals it.</summary>
    /// <param name="place">Where.</param>
    /// <param name="parts">Of the workload, before the failure.</param>
    /// <param name="say">Progress.</param>
    public virtual async Task<Healing> HealAsync(Place place, int parts, Action<string> say)
    {
        RunResult failed = await FailAsync(place, Variant.Failing, parts).ConfigureAwait(false);
        say($"failing run: {failed.Duration.TotalSeconds:0.0} s, {failed.Exit}");
        HealResult healed = await new Healer(place.Host).HealAsync(failed.Directory).ConfigureAwait(false);
        if (healed.Verdict != HealVerdict.Healed)
        {
            throw new Table1Exception(healed.Sentence);
        }

        return new Healing(
            failed.Directory, failed.Duration.TotalSeconds, healed.PatchPath!, healed.Trials.Count, Change(healed.Patch!),
            healed.Dropped.Count > 0 ? healed.Dropped.Max(one => one.BenignTried) + healed.Dropped.Count : failed.Control.Allocations,
            healed.TimeToPatch.TotalSeconds, ReportSession.Of(healed) with { Name = Name });
    }

    /// <summary>The workload, then the failure.</summary>
    public async Task<RunResult> FailAsync(Place place, Variant variant, int parts)
    {
        ISession session = await PrepareAsync(place, variant, Fresh(place, variant.Name)).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.StartAsync().ConfigureAwait(false);
            await session.WorkAsync(parts).ConfigureAwait(false);
            return await session.ProvokeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A new directory for a session; everybody may write to it.</summary>
    public static string Fresh(Place place, string name)
    {
        string path = Path.Combine(place.Directory, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        BuggyServers.Containers.ServerImage.Open(path);
        return path;
    }

    protected static string Change(Patch patch) => string.Join("; ", patch.Entries.Select(entry => entry switch
    {
        PadEntry pad => $"{pad.Action} {pad.Bytes}",
        HoldEntry hold => $"{hold.Action} {hold.Places}",
        _ => entry.Action,
    }).Distinct());
}
